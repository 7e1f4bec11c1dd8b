--- drain_priority: forget jobs in `priority` that were there when a drain began.
---
--- @key priority zset
--- @include drain_ranked remove_now

local function drain_priority(queue, now_ms, budget)
  local ids = queue.priority and drain_ranked(queue, priority, budget) or {}
  remove_now(queue, now_ms, ids)
  return #ids
end
