--- leave: end a worker's registration; the jobs it still has go back to the head.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @arg mode   str give_back, or crashed: that counts against the jobs
--- @return moved, failed, more 0/1: call again
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include now registered read_queue even_when_full hand_back forget_worker

local now_ms = now(at_ms)
local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
local queue = read_queue()
even_when_full()
local moved, failed, more = hand_back(queue, now_ms, worker, mode == 'crashed')
-- The registration goes last: until then a late tick of the worker still finds its own jobs.
if not more then
  forget_worker(queue, worker)
end
return {moved, failed, more and 1 or 0}
