--- unkeep: let go of what was held for ended jobs besides their records.
---
--- @key meta       hash
--- @key results    hash
--- @key kept_sizes hash
--- @field keep_bytes bytes that ended jobs may hold
--- @include unkeep_own

local function unkeep(queue, ids)
  call('HDEL', results, unpack(ids))
  if queue.expiring then
    unkeep_own(queue, ids)
  end
  if queue.keep_bytes then
    local sum = 0
    for _, size in ipairs(call('HMGET', kept_sizes, unpack(ids))) do
      sum = sum + (tonumber(size) or 0)
    end
    -- Not for 0: some servers do not read Lua's -0 as a number.
    if sum > 0 then
      call('HDEL', kept_sizes, unpack(ids))
      call('HINCRBY', meta, 'kept_bytes', -sum)
    end
  end
end
