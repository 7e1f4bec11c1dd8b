--- extend: hold on to a slot for longer.
---
--- @key held zset token -> end ms
--- @arg at_ms  int the time, 0 for the server's
--- @arg token  str names the hold
--- @arg ttl_ms int how long it is held from now on
--- @return 1 extended | 0 it is over; end of the hold; now_ms; jobs whose turn has come*
--- @include now whole read_permit even_when_full sweep hold_for tell_next with_jobs

local now_ms, now_us = now(at_ms)
local permit = read_permit(now_us)
even_when_full()
sweep(permit, now_ms)
local reply = {0, '0', whole(now_ms)}
if call('ZSCORE', held, token) then
  hold_for(permit, now_ms, token, ttl_ms)
  reply = {1, whole(now_ms + ttl_ms), whole(now_ms)}
end
return with_jobs(reply, tell_next(permit, now_ms))
