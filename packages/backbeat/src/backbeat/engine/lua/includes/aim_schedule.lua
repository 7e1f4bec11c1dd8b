--- aim_schedule: write a schedule down with its next slot, which falls due at `due` ms.
---
--- @dynamic schedule_due zset name -> ms
--- @include save_schedule set_next tell_timekeeper

local function aim_schedule(queue, now_ms, name, schedule, due)
  save_schedule(name, schedule)
  if schedule.slot == '' or schedule.paused then
    call('ZREM', prefix .. 'schedule_due', name)
  else
    call('ZADD', prefix .. 'schedule_due', due, name)
  end
  set_next(queue, now_ms)
  tell_timekeeper(queue)
end
