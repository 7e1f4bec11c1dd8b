--- note_run_ends: add lines to the history of a schedule, which keeps the newest 100.
---
--- @dynamic schedule_history:<name> list, run|outcome|started|ended|count, the newest first

-- More than a year, so that a yearly schedule keeps its last run.
local function note_run_ends(name, lines)
  if #lines > 0 then
    local runs = prefix .. 'schedule_history:' .. name
    call('LPUSH', runs, unpack(lines))
    call('LTRIM', runs, 0, 99)
    call('PEXPIRE', runs, 34560000000)
  end
end
