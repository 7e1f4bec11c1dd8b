--- stale: announce, once, that an attempt runs for longer than its job says.
---
--- @key active zset id -> ticket
--- @key runs   hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @arg id     str the job
--- @arg ticket str of the attempt
--- @return 1 announced | 0 the attempt is over, or was announced before
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include now whole registered read_queue even_when_full note_run notify emit

local now_ms = now(at_ms)
local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
if call('ZSCORE', active, id) ~= ticket then
  return 0
end
-- The run record names the attempt: what is said of it is not said of the next one.
local counts, reason, ready, unhandled, named = string.match(call('HGET', runs, id) or '0:0:0:0',
  '^(%d+:%d+:%d+:%d+):?(%a*):?(%d*):?(%d*):?(%d*)')
if named == ticket then
  return 0
end
local queue = read_queue()
even_when_full()
note_run(queue, id, table.concat({counts, reason, ready, unhandled, ticket, whole(now_ms)}, ':'))
notify(queue, 'stale', {id}, {}, false)
emit(queue, 'stale', {id})
return 1
