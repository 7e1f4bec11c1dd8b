--- return_unfinished: put back the jobs that a worker wants to run later: retry, snooze, release.
---
--- @when returns.count > 0
--- @include take_back note_run append_history put_back

-- Answers whether the earliest due time of the queue came nearer.
local function return_unfinished(queue, now_ms, returns, heads, lost)
  local ids, rows = take_back(queue, returns, heads, lost)
  local dues = {}
  for i, id in ipairs(ids) do
    dues[i] = tonumber(ARGV[rows[i] + 3])
    note_run(queue, id, ARGV[rows[i] + 4])
    append_history(queue, id, ARGV[rows[i] + 5])
  end
  return put_back(queue, now_ms, ids, dues)
end
