--- next_fence: a number that is higher than any that this queue gave out before.
---
--- @key meta hash
--- @field fence the last one
--- @include whole

-- It follows the clock in µs, so that it rises even where a failover forgot the last one.
local function next_fence(queue, now_us)
  local fence = whole(math.max((tonumber(queue.fence) or 0) + 1, now_us))
  call('HSET', meta, 'fence', fence)
  return fence
end
