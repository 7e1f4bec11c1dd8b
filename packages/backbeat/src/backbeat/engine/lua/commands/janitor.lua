--- janitor: remove what is kept no longer, and what others left behind.
---
--- @key waiting list
--- @key front   list
--- @arg at_ms int the time, 0 for the server's
--- @field tomb dead entries in the lists
--- @return removed, more 0/1: call again, compact 0/1: call `compact`
--- @include now read_queue even_when_full evict_expired evict_old trim trim_bytes drain_delayed
--- @include expire_unique expire_drain forget_strangers

local now_ms = now(at_ms)
local queue = read_queue()
even_when_full()
local steps = {evict_expired(queue, now_ms), trim_bytes(queue)}
for _, state in ipairs({'completed', 'failed', 'cancelled'}) do
  steps[#steps + 1] = evict_old(queue, now_ms, state)
  steps[#steps + 1] = trim(queue, state, 1, 1000)
end
-- A drain that nobody finished: its jobs are out of reach already.
steps[#steps + 1] = drain_delayed(queue, 1000)
expire_unique(queue, now_ms)
expire_drain(queue, now_ms)
forget_strangers()

local removed, more = 0, 0
for _, count in ipairs(steps) do
  removed = removed + count
  if count >= 1000 then
    more = 1
  end
end
local entries = call('LLEN', waiting) + call('LLEN', front)
local dead = tonumber(queue.tomb) or 0
return {removed, more, dead > math.max(1000, entries / 2) and 1 or 0}
