--- meet_overlap: apply a schedule's overlap policy to new runs: `known` gets those left out.
---
--- @include alive release_line run_of end_runs note_run

-- Answers the runs that are left out, and the indexes of those that are parked, as `add_special`
-- takes them.
local function meet_overlap(queue, now_ms, name, schedule, rows, known)
  local skipped, later, policy = {}, {}, schedule.overlap
  if policy == 'allow' then
    return skipped, later
  end
  schedule.live = alive(queue, name, schedule.live)
  schedule.line = alive(queue, name, schedule.line)
  release_line(queue, now_ms, name, schedule)
  local last = 0
  for i = 1, rows.count do
    last = known[i - 1] and last or i
  end
  if policy == 'cancel' and last > 0 then
    end_runs(queue, now_ms, name, schedule.live, '{"reason":"the next run of its schedule is due"}')
    schedule.live = {}
  end
  for i = 1, rows.count do
    local row = rows.at + 4 * i - 4
    local _, run = run_of(ARGV[row + 1])
    if not known[i - 1] then
      local free = #schedule.live == 0 and (policy ~= 'cancel' or i == last)
      if free then
        schedule.live = {run}
      elseif policy == 'queue' and #schedule.line < 100 then
        schedule.line[#schedule.line + 1] = run
        later[i - 1] = true
        note_run(queue, ARGV[row + 1], '0:0:0:0:parked')
      else
        known[i - 1] = true
        skipped[#skipped + 1] = run
      end
    end
  end
  return skipped, later
end
