--- mend_schedules: put right what is wrong with these schedules.
---
--- @key schedules       hash name -> record
--- @key schedule_states hash name -> state
--- @key schedule_due    zset name -> ms
--- @dynamic schedule_history:<name> list
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail names, at most 20
--- @return (name, what was wrong)*
--- @code BB_BAD_CALL too many names
--- @include now replay answer refuse unique_ids read_queue even_when_full schedule_fault
--- @include schedule_of release_line save_schedule set_next unhint hint update_groups wake_for_work
--- @include mend_each

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local names = unique_ids(tail)
if not names or #names > 20 then
  return refuse('BB_BAD_CALL', 'takes at most 20 names')
end
local queue = read_queue()
even_when_full()
local function mend(name)
  local fault, live, line = schedule_fault(name)
  if fault == 'no schedule' then
    call('HDEL', schedule_states, name)
    call('ZREM', schedule_due, name)
    call('UNLINK', prefix .. 'schedule_history:' .. name)
  elseif fault == 'no slot' then
    local schedule = schedule_of(name)
    if schedule.slot == '' or schedule.paused then
      call('ZREM', schedule_due, name)
    else
      call('ZADD', schedule_due, schedule.slot, name)
    end
  elseif fault == 'no state' then
    -- When it was to fire next is not known here: somebody has to say so.
    save_schedule(name, {revision = 1, slot = '', paused = true, overlap = 'allow', limit = 0,
      fired = 0, passed = '', live = {}, line = {}})
  elseif fault == 'lost runs' then
    local schedule = schedule_of(name)
    schedule.live, schedule.line = live, line
    release_line(queue, now_ms, name, schedule)
    save_schedule(name, schedule)
  end
  return fault
end
-- A schedule may have lost its runs, and behind that its slot.
local done = mend_each(names, mend)
if call('EXISTS', schedules) == 1 then
  hint(queue, 'schedules')
elseif queue.schedules then
  unhint(queue, 'schedules')
end
set_next(queue, now_ms)
update_groups(queue)
wake_for_work(queue)
return answer(sid, number, now_ms, unpack(done))
