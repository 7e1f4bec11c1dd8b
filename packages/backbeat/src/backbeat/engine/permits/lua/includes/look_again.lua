--- look_again: when a slot comes free for one that has `ahead` others before it, if nobody says so.
---
--- @key held zset token -> end ms
--- @key told zset waiter -> ms until which its turn lasts
--- @field lined somebody may wait

-- Without this a holder that died would be waited for for ever.
local function look_again(permit, now_ms, ahead)
  local last = call('ZCARD', held) - 1
  local at = math.min(math.max(ahead - math.max(permit.free, 0), 0), last)
  local ends = last >= 0 and tonumber(call('ZRANGE', held, at, at, 'WITHSCORES')[2])
  local turn = permit.lined and tonumber(call('ZRANGE', told, 0, 0, 'WITHSCORES')[2])
  return math.min(ends or math.huge, turn or math.huge, now_ms + 3600000)
end
