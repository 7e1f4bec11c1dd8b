--- reschedule: give a waiting or delayed job another time.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg id     str the job
--- @arg due_ms int when it may start; negative: that long from now; what has passed is at once
--- @return ok | unknown | refused: it is active or has ended
--- @include now moment whole replay answer read_queue whereis state_at even_when_full unplace
--- @include note_ready place delay emit notify wake_worker update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue = read_queue()
local places = whereis(queue, {id})
local state = state_at(places[id])
if state ~= 'waiting' and state ~= 'delayed' then
  return answer(sid, number, now_ms, state and 'refused' or 'unknown')
end
even_when_full()
unplace(queue, {id}, places)
local due = moment(now_ms, due_ms)
note_ready(queue, {id}, math.max(due, now_ms), false)
if due <= now_ms then
  place(queue, now_ms, {id}, false)
  emit(queue, 'waiting', {id})
else
  if delay(queue, {whole(due), id}) then
    wake_worker()
  end
  emit(queue, 'delayed', {id})
  notify(queue, 'delayed', {id}, {}, false)
end
update_groups(queue)
wake_for_work(queue)
return answer(sid, number, now_ms, 'ok')
