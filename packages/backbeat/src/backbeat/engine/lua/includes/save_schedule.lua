--- save_schedule: write down what `schedule_of` reads.
---
--- @dynamic schedule_states hash name -> revision|slot|paused|overlap|limit|fired|passed|live|line
--- @include whole

local function save_schedule(name, schedule)
  call('HSET', prefix .. 'schedule_states', name, table.concat({
    whole(schedule.revision), schedule.slot, schedule.paused and '1' or '0', schedule.overlap,
    whole(schedule.limit), whole(schedule.fired), schedule.passed,
    table.concat(schedule.live, ','), table.concat(schedule.line, ','),
  }, '|'))
end
