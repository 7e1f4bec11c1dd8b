--- move_schedule: pause a schedule, or let it go on from a slot.
---
--- @arg at_ms    int the time, 0 for the server's
--- @arg sid      str the session that calls
--- @arg number   int the number of its call
--- @arg name     str the schedule
--- @arg revision int that it has now
--- @arg pause    int 1: it fires nothing until it is moved again
--- @arg slot     str its next slot in ms; '' for none
--- @arg due      int when that falls due
--- @return ok | changed: nothing was written | unknown
--- @code BB_BAD_CALL the slot is none
--- @include now replay answer refuse read_queue schedule_of even_when_full aim_schedule whole

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if not string.find(slot, '^%d*$') then
  return refuse('BB_BAD_CALL', 'cannot move a schedule to such a slot')
end
local schedule = schedule_of(name)
if not schedule or schedule.revision ~= revision then
  return answer(sid, number, now_ms, schedule and 'changed' or 'unknown')
end
local queue = read_queue()
even_when_full()
schedule.revision, schedule.paused, schedule.slot = revision + 1, pause == 1, slot
aim_schedule(queue, now_ms, name, schedule, whole(due))
return answer(sid, number, now_ms, 'ok')
