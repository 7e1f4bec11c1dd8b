--- ask_to_fire: whether this worker is to fire schedules that are due; one at a time is asked.
---
--- @key meta hash
--- @dynamic schedule_due zset name -> ms
--- @field fire_after ms until which a worker fires schedules; then another one is asked
--- @field closed     nothing is added or claimed
--- @include whole

-- It has a second for the first of them: if it dies in between, another one is asked. Nothing
-- breaks where two fire at once, since a slot is fired by whoever is first; it would be a waste.
local function ask_to_fire(queue, now_ms)
  if not queue.schedules or queue.closed then
    return false
  end
  local due = call('ZRANGE', prefix .. 'schedule_due', 0, 0, 'WITHSCORES')[2]
  if not due or tonumber(due) > now_ms then
    return false
  end
  -- Further ahead than anybody ever notes it: the clock was put back.
  local busy = tonumber(queue.fire_after) or 0
  if busy > now_ms and busy <= now_ms + 1000 then
    return false
  end
  queue.fire_after = whole(now_ms + 1000)
  call('HSET', meta, 'fire_after', queue.fire_after)
  return true
end
