--- end_given_up: end the jobs that a worker reports as failed or cancelled.
---
--- @when ends.count > 0
--- @include take_back append_history note_run settle

local function end_given_up(queue, now_ms, ends, heads, rules, lost)
  local ids, rows = take_back(queue, ends, heads, lost)
  local of = {failed = {}, cancelled = {}}
  local told = {failed = {}, cancelled = {}}
  for i, id in ipairs(ids) do
    local state = ARGV[rows[i] + 3]
    table.insert(of[state], id)
    table.insert(told[state], id)
    table.insert(told[state], ARGV[rows[i] + 4])
    append_history(queue, id, ARGV[rows[i] + 5])
    note_run(queue, id, ARGV[rows[i] + 6])
  end
  settle(queue, now_ms, 'failed', of.failed, told.failed, rules)
  settle(queue, now_ms, 'cancelled', of.cancelled, told.cancelled, rules)
end
