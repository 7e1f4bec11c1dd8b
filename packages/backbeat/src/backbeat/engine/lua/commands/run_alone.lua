--- run_alone: note that a job starts with nothing beside it: it is to blame if its worker is lost.
---
--- @key active zset id -> ticket
--- @key runs   hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @arg id     str the job
--- @arg ticket str of the attempt
--- @return 1 noted | 0 the attempt is over
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include registered even_when_full

local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
local run = call('HGET', runs, id)
if call('ZSCORE', active, id) ~= ticket or not run then
  return 0
end
even_when_full()
call('HSET', runs, id, (string.gsub(run, '^(%d+:%d+:%d+:%d+):?%a*', '%1:alone')))
return 1
