--- backlog: how many jobs a queue holds that have not ended.
---
--- @key meta     hash
--- @key waiting  list
--- @key front    list
--- @key priority zset
--- @key delayed  zset
--- @include running

local function backlog()
  return call('LLEN', waiting) + call('LLEN', front) - (tonumber(call('HGET', meta, 'tomb')) or 0)
    + call('ZCARD', priority) + call('ZCARD', delayed) + running()
end
