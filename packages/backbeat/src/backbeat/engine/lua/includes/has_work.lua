--- has_work: whether a job waits that could be claimed.
---
--- @key waiting  list
--- @key front    list
--- @key priority zset
--- @dynamic groups zset, groups that may run -> turn

local function has_work(queue)
  return call('LLEN', waiting) > 0
    or (queue.priority and call('ZCARD', priority) > 0)
    or (queue.front and call('LLEN', front) > 0)
    or (queue.groups and call('ZCARD', prefix .. 'groups') > 1)
end
