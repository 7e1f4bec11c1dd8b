--- clean: remove ended jobs that are older than asked.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg state  str completed, failed or cancelled
--- @arg age_ms int how long ago they ended, at least
--- @arg limit  int at most 500
--- @return how many were removed
--- @code BB_BAD_CALL not a final state
--- @include now whole replay answer refuse read_queue is_final ended_in even_when_full unlist
--- @include unkeep remove_now update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if not is_final(state) then
  return refuse('BB_BAD_CALL', 'cleans completed, failed and cancelled jobs')
end
local kept, most = ended_in(state), math.min(limit, 500)
local ids = call('ZRANGE', kept, '-inf', whole(now_ms - age_ms), 'BYSCORE', 'LIMIT', 0, most)
if #ids > 0 then
  local queue = read_queue()
  even_when_full()
  unlist(queue, state, ids)
  unkeep(queue, ids)
  remove_now(queue, now_ms, ids)
  if queue.tally then
    update_groups(queue)
    wake_for_work(queue)
  end
end
return answer(sid, number, now_ms, #ids)
