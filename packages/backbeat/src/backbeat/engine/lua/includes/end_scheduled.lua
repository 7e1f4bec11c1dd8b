--- end_scheduled: what the end of jobs means for the schedules that made some of them.
---
--- @when queue.schedules or queue.starts
--- @dynamic starts hash id -> ms
--- @include run_of schedule_of save_schedule release_line note_run_ends drop_from whole

-- `outcome` is the state in which they ended; nil where they were removed, and no line tells of it.
local function end_scheduled(queue, now_ms, outcome, ids)
  local schedules, lines = {}, {}
  for i = 1, #ids do
    local name, run = run_of(ids[i])
    local schedule
    if name then
      schedules[name] = schedules[name] or schedule_of(name)
      schedule = schedules[name]
    end
    if schedule then
      schedule.ended = schedule.ended or {}
      schedule.ended[run] = true
      lines[name] = lines[name] or {}
      if outcome then
        local started = queue.starts and call('HGET', prefix .. 'starts', ids[i]) or ''
        table.insert(lines[name], table.concat({run, outcome, started, whole(now_ms), 1}, '|'))
      end
    end
  end
  local function left(schedule, runs)
    local others = {}
    for i = 1, #runs do
      if not schedule.ended[runs[i]] then
        others[#others + 1] = runs[i]
      end
    end
    return others
  end
  for name, schedule in pairs(schedules) do
    if schedule then
      note_run_ends(name, lines[name])
      local before = #schedule.live + #schedule.line
      schedule.live, schedule.line = left(schedule, schedule.live), left(schedule, schedule.line)
      if #schedule.live + #schedule.line < before then
        release_line(queue, now_ms, name, schedule)
        save_schedule(name, schedule)
      end
    end
  end
  drop_from(queue, prefix .. 'starts', 'starts', ids)
end
