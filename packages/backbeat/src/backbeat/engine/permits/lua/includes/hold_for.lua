--- hold_for: let a token hold for so long from now on.
---
--- @key held zset token -> end ms
--- @key meta hash
--- @field longest ms, the longest time for which anybody held
--- @include whole outlive

local function hold_for(permit, now_ms, token, ttl_ms)
  if ttl_ms > (tonumber(permit.longest) or 0) then
    permit.longest = whole(ttl_ms)
    call('HSET', meta, 'longest', permit.longest)
  end
  call('ZADD', held, whole(now_ms + ttl_ms), token)
  outlive(permit, now_ms)
end
