--- wake_for_work: wake a worker if one could claim something now.
---
--- @field paused      workers claim nothing
--- @field closed      nothing is added or claimed
--- @field max_running jobs that may be active at once
--- @field timekeeper  worker:until:next, who wakes exactly then
--- @include running has_work rate_room wake_worker

-- Each worker that leaves work behind wakes the next one: a chain, so that no token is lost with
-- the one worker that took it. What the rate holds back needs nobody now, but somebody who knows
-- when: a worker that comes and finds nothing becomes the timekeeper.
local function wake_for_work(queue)
  if queue.paused or queue.closed then
    return
  end
  if queue.max_running and running() >= tonumber(queue.max_running) then
    return
  end
  local room, wake_ms = rate_room(queue)
  if room < 1 then
    local until_ms, known = string.match(queue.timekeeper or '', '^%d+:(%d+):(%d+)$')
    if until_ms and tonumber(until_ms) > wake_ms and tonumber(known) <= wake_ms then
      return
    end
  end
  if has_work(queue) then
    wake_worker()
  end
end
