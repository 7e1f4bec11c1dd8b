--- evict_expired: evict jobs whose own age is over, at most 1,000.
---
--- @key expiring zset
--- @include whole whereis unplace evict

local function evict_expired(queue, now_ms)
  if not queue.expiring then
    return 0
  end
  local ids = call('ZRANGE', expiring, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 1000)
  if #ids == 0 then
    return 0
  end
  unplace(queue, ids, whereis(queue, ids))
  evict(queue, ids)
  return #ids
end
