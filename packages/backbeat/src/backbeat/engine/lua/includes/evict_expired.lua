--- evict_expired: evict jobs whose own age is over, at most `most`.
---
--- @key expiring zset
--- @include whole whereis unplace evict

local function evict_expired(queue, now_ms, most)
  if not queue.expiring then
    return 0
  end
  -- Scores are four times the moment, and the state: see `sort_by_rule`.
  local ids = call('ZRANGE', expiring, '-inf', whole(4 * now_ms + 3), 'BYSCORE', 'LIMIT', 0, most)
  if #ids == 0 then
    return 0
  end
  unplace(queue, ids, whereis(queue, ids))
  evict(queue, ids)
  return #ids
end
