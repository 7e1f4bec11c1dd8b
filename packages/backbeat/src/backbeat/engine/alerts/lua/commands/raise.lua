--- raise: an alert is there; whoever is to hear of it hears of it once.
---
--- @key active     hash key -> since ms|last ms|told 0/1|JSON
--- @key cooling    zset key -> ms
--- @arg at_ms       int the time, 0 for the server's
--- @arg id          str a new one for each alert; a call that comes twice has the same
--- @arg alert       str what tells it from all others: rule|queue...
--- @arg lasting     int 1: it stays until it recovers; 0: it has happened
--- @arg cooldown_ms int how long one that has happened is not told again
--- @arg channels    str who is to bring it, by ','
--- @arg text        str JSON about it
--- @return raised | known | cooling | silenced | full
--- @include now whole even_when_full note hand_over silenced

local now_ms = now(at_ms)
even_when_full()
local before = call('HGET', active, alert)
local since, told = whole(now_ms), '0'
if before then
  since, told = string.match(before, '^(%d+)|%d+|(%d)|')
end
if told == '1' then
  call('HSET', active, alert, since .. '|' .. whole(now_ms) .. '|1|' .. text)
  return 'known'
end
if (tonumber(call('ZSCORE', cooling, alert) or '0')) > now_ms then
  return 'cooling'
end
local quiet = silenced(now_ms, alert)
if lasting == 1 then
  if not before and call('HLEN', active) >= 1000 then
    return 'full'
  end
  call('HSET', active, alert, since .. '|' .. whole(now_ms) .. '|' .. (quiet and '0' or '1') .. '|'
    .. text)
  if quiet and before then
    return 'silenced'
  end
else
  call('ZREMRANGEBYSCORE', cooling, '-inf', whole(now_ms))
  call('ZADD', cooling, whole(now_ms + cooldown_ms), alert)
end
note(now_ms, quiet and 'silenced' or 'raised', text)
if quiet then
  return 'silenced'
end
hand_over(now_ms, id, channels, text)
return 'raised'
