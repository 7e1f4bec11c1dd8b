--- run_again: let ended jobs run again, from where `whereis` found them.
---
--- @include unplace unkeep note_ready retake_unique place rejoin_runs emit update_groups
--- @include wake_for_work

-- `reset`: their failures and crashes do not count any more.
local function run_again(queue, now_ms, ids, places, reset)
  unplace(queue, ids, places)
  unkeep(queue, ids)
  note_ready(queue, ids, now_ms, reset)
  retake_unique(queue, now_ms, ids)
  place(queue, now_ms, ids, false)
  rejoin_runs(queue, ids)
  emit(queue, 'retried', ids)
  update_groups(queue)
  wake_for_work(queue)
end
