--- recover: an alert is over; those who were told hear of that, too.
---
--- @key active  hash key -> since ms|last ms|told 0/1|JSON
--- @key cooling zset key -> ms
--- @arg at_ms       int the time, 0 for the server's
--- @arg id          str a new one for each recovery
--- @arg alert       str the alert
--- @arg cooldown_ms int how long it is not raised again: one that comes and goes is told once
--- @arg channels    str who is to bring it, by ','
--- @arg text        str JSON about it
--- @return recovered | unknown
--- @include now whole even_when_full note hand_over

local now_ms = now(at_ms)
local before = call('HGET', active, alert)
if not before then
  return 'unknown'
end
even_when_full()
call('HDEL', active, alert)
call('ZREMRANGEBYSCORE', cooling, '-inf', whole(now_ms))
call('ZADD', cooling, whole(now_ms + cooldown_ms), alert)
note(now_ms, 'recovered', text)
if string.match(before, '^%d+|%d+|(%d)|') == '1' then
  hand_over(now_ms, id, channels, text)
end
return 'recovered'
