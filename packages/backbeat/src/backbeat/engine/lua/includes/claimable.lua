--- claimable: how many jobs a worker that wants some may have now.
---
--- @field paused      workers claim nothing
--- @field closed      nothing is added or claimed
--- @field max_running jobs that may be active at once
--- @include running rate_room

local function claimable(queue, want)
  if queue.paused or queue.closed then
    return 0
  end
  if queue.max_running then
    want = math.min(want, tonumber(queue.max_running) - running())
  end
  want = math.min(want, (rate_room(queue)))
  return math.max(math.min(want, 1000), 0)
end
