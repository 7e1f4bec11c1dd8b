--- rejoin_runs: let runs of schedules that are to run again stand in the way of others again.
---
--- @include run_of schedule_of save_schedule

local function rejoin_runs(queue, ids)
  for i = 1, queue.schedules and #ids or 0 do
    local name, run = run_of(ids[i])
    local schedule = name and schedule_of(name)
    if schedule and schedule.overlap ~= 'allow' then
      table.insert(schedule.live, run)
      save_schedule(name, schedule)
    end
  end
end
