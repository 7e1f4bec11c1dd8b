--- janitor: remove what is kept no longer, and what others left behind.
---
--- @key waiting list
--- @key front   list
--- @arg at_ms int the time, 0 for the server's
--- @field tomb dead entries in the lists
--- @return removed, more 0/1: call again, compact 0/1: call `compact`
--- @include now read_queue even_when_full evict_expired evict_old trim trim_bytes drain_delayed
--- @include expire_unique expire_drain forget_strangers shorten_leases tidy_flows update_groups
--- @include wake_for_work note_load note_queue turn_sessions

local now_ms = now(at_ms)
local queue = read_queue()
even_when_full()
local left, removed = 500, 0
local function did(count)
  left, removed = left - count, removed + count
end
did(evict_expired(queue, now_ms, left))
did(trim_bytes(queue, left))
for _, state in ipairs({'completed', 'failed', 'cancelled'}) do
  did(evict_old(queue, now_ms, state, left))
  did(trim(queue, state, 1, left))
end
-- A drain that nobody finished: its jobs are out of reach already.
did(drain_delayed(queue, now_ms, left))
expire_unique(queue, now_ms)
expire_drain(queue, now_ms)
forget_strangers()
shorten_leases(now_ms)
turn_sessions(now_ms)
tidy_flows(queue, now_ms)
if queue.tally then
  update_groups(queue)
  wake_for_work(queue)
end

if left > 0 then
  note_load(now_ms)
  note_queue(queue, now_ms)
end
local entries = call('LLEN', waiting) + call('LLEN', front)
local dead = tonumber(queue.tomb) or 0
return {removed, left <= 0 and 1 or 0, dead > math.max(1000, entries / 2) and 1 or 0}
