--- forget_twins: leave those runs of a schedule out whose unique key another job holds.
---
--- @include run_of

local function forget_twins(schedule, rows, twins, known, skipped)
  local function without(runs, left_out)
    for i = #runs, 1, -1 do
      if runs[i] == left_out then
        table.remove(runs, i)
      end
    end
  end
  for index in pairs(twins) do
    local _, run = run_of(ARGV[rows.at + 4 * index + 1])
    known[index] = true
    skipped[#skipped + 1] = run
    without(schedule.live, run)
    without(schedule.line, run)
  end
end
