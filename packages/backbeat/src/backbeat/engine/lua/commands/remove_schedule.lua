--- remove_schedule: delete a schedule and its history; jobs that it has made stay, unless parked.
---
--- @key schedules       hash name -> record
--- @key schedule_states hash name -> state
--- @key schedule_due    zset name -> ms
--- @dynamic schedule_history:<name> list
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg name   str the schedule
--- @return 1 | 0: there is none
--- @include now replay answer read_queue schedule_of even_when_full end_runs unhint set_next
--- @include update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local schedule = schedule_of(name)
if not schedule and call('HEXISTS', schedules, name) == 0 then
  return answer(sid, number, now_ms, 0)
end
local queue = read_queue()
even_when_full()
call('HDEL', schedules, name)
call('HDEL', schedule_states, name)
call('ZREM', schedule_due, name)
call('UNLINK', prefix .. 'schedule_history:' .. name)
-- Nobody would let them go.
local parked = schedule and schedule.line or {}
end_runs(queue, now_ms, name, parked, '{"reason":"its schedule was removed"}')
if call('EXISTS', schedules) == 0 then
  unhint(queue, 'schedules')
end
set_next(queue, now_ms)
if queue.tally then
  update_groups(queue)
  wake_for_work(queue)
end
return answer(sid, number, now_ms, 1)
