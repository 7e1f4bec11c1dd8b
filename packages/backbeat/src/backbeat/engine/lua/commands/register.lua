--- register: give a worker a number and a lease.
---
--- @key workers       hash number -> tick|session|fence|lost ids
--- @key worker_info   hash number -> JSON about the worker
--- @key leases        zset number -> deadline ms
--- @key lease_lengths hash number -> ms
--- @arg at_ms    int the time, 0 for the server's
--- @arg sid      str the worker's session
--- @arg lease_ms int how long it may stay silent
--- @arg info     str JSON about the worker
--- @return its number; the same when the call is repeated
--- @include now whole recall remember read_queue even_when_full create_queue free_number
--- @include tell_of_lease

local now_ms = now(at_ms)
-- Before its first report a session has no number: 0 is that of its registration.
local before, stale = recall(sid, 0)
if stale then
  return stale
end
if before and call('HEXISTS', workers, before[1]) == 1 then
  return tonumber(before[1])
end
local queue = read_queue()
even_when_full()
create_queue(queue, now_ms)
local worker = free_number()
call('HSET', workers, worker, '0|' .. sid .. '|0|')
call('HSET', worker_info, worker, info)
tell_of_lease(now_ms + lease_ms)
call('ZADD', leases, whole(now_ms + lease_ms), worker)
call('HSET', lease_lengths, worker, lease_ms)
remember(sid, 0, now_ms, worker)
return worker
