--- wake_for_work: wake a worker if one could claim something now.
---
--- @key waiting  list
--- @key front    list
--- @key priority zset
--- @field paused      workers claim nothing
--- @field closed      nothing is added or claimed
--- @field max_running jobs that may be active at once
--- @include running wake_worker

-- Each worker that leaves work behind wakes the next one: a chain, so that no token is lost with
-- the one worker that took it.
local function wake_for_work(queue)
  if queue.paused or queue.closed then
    return
  end
  if queue.max_running and running() >= tonumber(queue.max_running) then
    return
  end
  if call('LLEN', waiting) > 0
    or (queue.priority and call('ZCARD', priority) > 0)
    or (queue.front and call('LLEN', front) > 0) then
    wake_worker()
  end
end
