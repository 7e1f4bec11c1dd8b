--- sweep: let go of holders whose time is over, and of waiters that ask no more.
---
--- @key held  zset token -> end ms
--- @key line  zset waiter -> ms since when it waits
--- @key waits zset waiter -> ms by which it has asked again, or is gone
--- @key needs hash waiter -> units
--- @key told  zset waiter -> ms until which its turn lasts
--- @field lined   somebody may wait
--- @field longest ms, the longest time for which anybody held
--- @include drop_holders whole

-- Who holds for longer than anybody may has done so before the clock was put back: whether it lives
-- is known after that time, not when the clock comes to its end.
local function sweep(permit, now_ms)
  local most = permit.longest and whole(now_ms + tonumber(permit.longest))
  for _, token in ipairs(most and call('ZRANGE', held, '+inf', '(' .. most, 'BYSCORE', 'REV',
    'LIMIT', 0, 100) or {}) do
    call('ZADD', held, most, token)
  end
  drop_holders(permit, call('ZRANGE', held, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 100))
  if not permit.lined then
    return
  end
  call('ZREMRANGEBYSCORE', told, '-inf', whole(now_ms))
  local silent = call('ZRANGE', waits, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 100)
  if #silent > 0 then
    call('ZREM', waits, unpack(silent))
    call('ZREM', line, unpack(silent))
    call('HDEL', needs, unpack(silent))
  end
end
