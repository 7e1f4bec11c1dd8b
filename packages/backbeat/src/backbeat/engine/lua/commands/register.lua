--- register: give a worker a number and a lease.
---
--- @key workers     hash number -> tick|session|fence|lost ids
--- @key worker_info hash number -> JSON about the worker
--- @key leases      zset number -> deadline ms
--- @arg at_ms    int the time, 0 for the server's
--- @arg sid      str the worker's session
--- @arg lease_ms int how long it may stay silent
--- @arg info     str JSON about the worker
--- @return its number
--- @include now whole read_queue even_when_full create_queue free_number

local now_ms = now(at_ms)
local queue = read_queue()
even_when_full()
create_queue(queue, now_ms)
local worker = free_number()
call('HSET', workers, worker, '0|' .. sid .. '|0|')
call('HSET', worker_info, worker, info)
call('ZADD', leases, whole(now_ms + lease_ms), worker)
return worker
