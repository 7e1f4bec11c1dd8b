--- pause: let nobody take units or slots of a limit for a while.
---
--- @key meta hash
--- @key line zset waiter -> ms since when it waits
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg for_ms int how long from now on; a longer pause stays; 0 ends it
--- @field paused ms until which nothing is given
--- @return ms until which it lasts or 0, now_ms
--- @code BB_STALE_CALL a later call of this session was made already; nothing is done
--- @include now whole recall remember read_permit even_when_full wake_waiter
--- @include forget_sessions_soon

local now_ms, now_us = now(at_ms)
local before, stale = recall(sid, number)
if stale then
  return stale
end
if before then
  return {before[1], whole(now_ms)}
end
local permit = read_permit(now_us)
even_when_full()
local ends = 0
if for_ms > 0 then
  ends = math.max(tonumber(permit.paused) or 0, now_ms + for_ms)
  call('HSET', meta, 'paused', whole(ends))
  local left = call('PTTL', meta)
  call('PEXPIRE', meta, whole(math.max(left, ends - now_ms + 3600000)))
else
  call('HDEL', meta, 'paused')
  for _, waiter in ipairs(call('ZRANGE', line, 0, 9)) do
    wake_waiter(waiter)
  end
end
remember(sid, number, now_ms, whole(ends))
forget_sessions_soon()
return {whole(ends), whole(now_ms)}
