--- backlog: how many jobs a queue holds that have not ended.
---
--- @key meta     hash
--- @key waiting  list
--- @key front    list
--- @key priority zset
--- @key delayed  zset
--- @include running

local function backlog()
  local noted = call('HMGET', meta, 'tomb', 'grouped')
  return call('LLEN', waiting) + call('LLEN', front) - (tonumber(noted[1]) or 0)
    + (tonumber(noted[2]) or 0) + call('ZCARD', priority) + call('ZCARD', delayed) + running()
end
