--- cancel: end a job on request: at once, or through its worker if it is active.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg id     str the job
--- @arg reason str JSON
--- @return cancelled | flagged: its worker is told | ended: too late | unknown
--- @include now replay answer read_queue whereis is_final even_when_full unplace settle ask_to_end
--- @include update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue = read_queue()
local places = whereis(queue, {id})
local place = places[id]
if not place or is_final(place) then
  return answer(sid, number, now_ms, place and 'ended' or 'unknown')
end

even_when_full()
if place ~= 'active' then
  unplace(queue, {id}, places)
  settle(queue, now_ms, 'cancelled', {id}, {id, reason})
  if queue.tally then
    update_groups(queue)
    wake_for_work(queue)
  end
  return answer(sid, number, now_ms, 'cancelled')
end
ask_to_end(queue, id, reason)
return answer(sid, number, now_ms, 'flagged')
