--- silence: tell nobody of some alerts for a time; or tell of them again.
---
--- @key silences hash pattern -> until ms|words
--- @arg at_ms   int the time, 0 for the server's
--- @arg pattern str an alert, a rule, or * for all
--- @arg ms      int for how long from now; 0 ends the silence
--- @arg words   str why, and who said so
--- @return until ms, 0 where it was ended; or full: there are 1,000 silences
--- @include now whole note

local now_ms = now(at_ms)
if ms <= 0 then
  if call('HDEL', silences, pattern) == 1 then
    note(now_ms, 'unsilenced', pattern)
  end
  return '0'
end
local all = call('HGETALL', silences)
for i = 1, #all, 2 do
  if (tonumber(string.match(all[i + 1], '^%d+')) or 0) <= now_ms then
    call('HDEL', silences, all[i])
  end
end
if call('HLEN', silences) >= 1000 then
  return 'full'
end
call('HSET', silences, pattern, whole(now_ms + ms) .. '|' .. words)
note(now_ms, 'silence', pattern)
return whole(now_ms + ms)
