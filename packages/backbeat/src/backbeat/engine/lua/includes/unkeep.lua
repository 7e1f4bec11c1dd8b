--- unkeep: let go of what was held for ended jobs besides their records.
---
--- @key meta       hash
--- @key results    hash
--- @key expiring   zset
--- @key kept_sizes hash
--- @field keep_bytes bytes that ended jobs may hold
--- @include unhint

local function unkeep(queue, ids)
  call('HDEL', results, unpack(ids))
  if queue.expiring then
    call('ZREM', expiring, unpack(ids))
    if call('EXISTS', expiring) == 0 then
      unhint(queue, 'expiring')
    end
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
