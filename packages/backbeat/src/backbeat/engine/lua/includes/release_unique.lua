--- release_unique: let go of the unique keys of jobs that have `started`, `ended` or are `gone`.
---
--- @when queue.unique and #ids > 0
--- @include now heads_of head_of unique_rule unique_holder pass_on_unique

-- `heads` are those of the jobs, by id, or their records, where the caller has them. Every script
-- has `at_ms`: whoever forgets a job need not know of time.
local function release_unique(queue, ids, what, heads)
  local now_ms, over = now(at_ms), ({started = 'sd', ended = 'sdel', gone = 'sdelg'})[what]
  heads = heads or heads_of(queue, ids)
  local passed = {}
  for i = 1, #ids do
    local head = heads[ids[i]]
    if head then
      local _, _, _, _, _, field = head_of(head)
      local mode, _, key = unique_rule(field)
      local holder = mode and string.find(over, mode, 1, true) and unique_holder(now_ms, key)
      if holder and holder.id == ids[i] then
        passed[#passed + 1] = key
        passed[#passed + 1] = holder.following
      end
    end
  end
  pass_on_unique(queue, now_ms, passed)
end
