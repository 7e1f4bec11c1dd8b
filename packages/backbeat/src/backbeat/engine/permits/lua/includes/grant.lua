--- grant: let a token hold one slot; answers its fence.
---
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @key meta   hash
--- @field fence the last one
--- @field taken slots that are held
--- @include whole leave_line hold_for

-- The fence follows the clock in µs, so that it rises even where a failover forgot the last one.
local function grant(permit, now_ms, now_us, token, waiter, ttl_ms, who)
  leave_line(permit, waiter)
  local fence = whole(math.max((tonumber(permit.fence) or 0) + 1, now_us))
  permit.taken = (tonumber(permit.taken) or 0) + 1
  permit.free = permit.free - 1
  call('HSET', shares, token, fence .. '|1|0|' .. whole(now_ms) .. '|' .. who)
  call('HSET', meta, 'fence', fence, 'taken', permit.taken)
  hold_for(permit, now_ms, token, ttl_ms)
  return fence
end
