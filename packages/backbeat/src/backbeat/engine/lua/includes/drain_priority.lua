--- drain_priority: forget jobs in `priority` that were there when a drain began.
---
--- @key priority zset
--- @field ageing ms of waiting that a level is worth
--- @include drain_ranked drain_ageing remove_now

local function drain_priority(queue, budget)
  local ids = queue.priority and drain_ranked(queue, priority, budget) or {}
  remove_now(queue, ids)
  if queue.priority and queue.ageing and #ids < budget then
    return #ids + drain_ageing(queue, budget - #ids)
  end
  return #ids
end
