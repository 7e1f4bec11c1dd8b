--- sentinels_lost: whether a queue that is in use misses the long entries of `create_queue`.
---
--- @key jobs    hash
--- @key results hash
--- @key active  zset
--- @field created ms, when the queue was first used

local function sentinels_lost(queue)
  if not queue.created and call('EXISTS', jobs, active) == 0 then
    return false
  end
  local long = string.rep('~', 65)
  return not queue.created or not call('ZSCORE', active, long)
    or call('HEXISTS', jobs, long) == 0 or call('HEXISTS', results, long) == 0
end
