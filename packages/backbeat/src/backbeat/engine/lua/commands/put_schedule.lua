--- put_schedule: make a schedule, or change one that nobody else has changed meanwhile.
---
--- @key schedules hash name -> record
--- @arg at_ms    int the time, 0 for the server's
--- @arg sid      str the session that calls
--- @arg number   int the number of its call
--- @arg name     str the schedule
--- @arg revision int that it has now; 0 where there is none
--- @arg overlap  str allow, skip, queue or cancel
--- @arg limit    int how many jobs it makes at most; 0: any number
--- @arg slot     str its next slot in ms; '' for none
--- @arg due      int when that falls due
--- @arg record   str JSON
--- @return ok | changed: nothing was written
--- @code BB_BAD_CALL the name, the policy or the slot is none
--- @include now replay answer refuse read_queue create_queue hint schedule_of aim_schedule whole

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local policy = overlap == 'allow' or overlap == 'skip' or overlap == 'queue' or overlap == 'cancel'
if not policy or not string.find(name, '^[%w._-]+$') or not string.find(slot, '^%d*$') then
  return refuse('BB_BAD_CALL', 'cannot have such a schedule')
end
local schedule = schedule_of(name)
if (schedule and schedule.revision or 0) ~= revision then
  return answer(sid, number, now_ms, 'changed')
end
local queue = read_queue()
create_queue(queue, now_ms)
call('HSET', schedules, name, record)
hint(queue, 'schedules')
schedule = schedule or {paused = false, fired = 0, passed = '', live = {}, line = {}}
schedule.revision, schedule.overlap, schedule.limit = revision + 1, overlap, limit
schedule.slot = slot
aim_schedule(queue, now_ms, name, schedule, whole(due))
return answer(sid, number, now_ms, 'ok')
