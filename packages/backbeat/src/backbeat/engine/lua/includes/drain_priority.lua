--- drain_priority: forget jobs in `priority` that were there when a drain began.
---
--- @key priority zset
--- @field ageing ms of waiting that a level is worth
--- @include drain_ranked drain_ageing remove_now

local function drain_priority(queue, now_ms, budget)
  local ids = queue.priority and drain_ranked(queue, priority, budget) or {}
  remove_now(queue, now_ms, ids)
  if queue.priority and queue.ageing and #ids < budget then
    return #ids + drain_ageing(queue, now_ms, budget - #ids)
  end
  return #ids
end
