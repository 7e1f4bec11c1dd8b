--- evict_old: evict kept jobs of a state that are older than the queue keeps them, at most 1,000.
---
--- @key expiring zset
--- @include age_of ended_in evict whole

-- Jobs with an age of their own are passed over, five pages of them at most: `expiring` has them.
local function evict_old(queue, now_ms, state)
  local age, kept = age_of(queue, state), ended_in(state)
  if age < 0 then
    return 0
  end
  local newest = whole(now_ms - age)
  for page = 0, 4 do
    local old = call('ZRANGE', kept, '-inf', newest, 'BYSCORE', 'LIMIT', page * 1000, 1000)
    local own = queue.expiring and #old > 0 and call('ZMSCORE', expiring, unpack(old)) or {}
    local ids = {}
    for i = 1, #old do
      if not own[i] then
        ids[#ids + 1] = old[i]
      end
    end
    if #ids > 0 then
      call('ZREM', kept, unpack(ids))
      evict(queue, ids)
      return #ids
    end
    if #old < 1000 then
      return 0
    end
  end
  return 0
end
