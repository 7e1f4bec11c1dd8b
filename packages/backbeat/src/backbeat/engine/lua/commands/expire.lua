--- expire: end one attempt in its worker's place, when the worker itself cannot.
---
--- @key active zset
--- @arg at_ms   int the time, 0 for the server's
--- @arg worker  int the number of the worker
--- @arg sid     str its session
--- @arg id      str the job
--- @arg ticket  str of the attempt
--- @arg kind    str return or end
--- @arg to      str due_ms (0: at once, at the head), or failed, or cancelled
--- @arg run     str run record
--- @arg result  str JSON
--- @arg line    str line of history
--- @return 1 ended | 0 the attempt was over already
--- @code BB_LOST     the worker is not registered, or its number is another's
--- @code BB_BAD_CALL `kind` and `to` do not fit
--- @include now refuse registered read_queue even_when_full note_run append_history put_back settle
--- @include give_slots_back update_groups wake_worker wake_for_work

local now_ms = now(at_ms)
local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
local due = tonumber(to)
local final = to == 'failed' or to == 'cancelled'
if not (kind == 'return' and due) and not (kind == 'end' and final) then
  return refuse('BB_BAD_CALL', 'an attempt cannot be ended like that')
end
if call('ZSCORE', active, id) ~= ticket then
  return 0
end
local queue = read_queue()
even_when_full()
call('ZREM', active, id)
give_slots_back(queue, {id})
note_run(queue, id, run)
append_history(queue, id, line)
if kind == 'end' then
  settle(queue, now_ms, to, {id}, {id, result})
elseif put_back(queue, now_ms, {id}, {due}) then
  wake_worker()
end
update_groups(queue)
wake_for_work(queue)
return 1
