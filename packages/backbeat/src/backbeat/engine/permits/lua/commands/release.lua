--- release: give a slot back, and leave the line.
---
--- @key held zset token -> end ms
--- @arg at_ms  int the time, 0 for the server's
--- @arg token  str names the hold
--- @arg waiter str its name in the line
--- @arg resent int 1: a call for this hold was sent twice, so an old one may still arrive
--- @return 1 given back | 0 it was not held; now_ms; jobs whose turn has come*
--- @include now whole read_permit even_when_full sweep drop_holders leave_line give_up tell_next
--- @include with_jobs

local now_ms, now_us = now(at_ms)
local permit = read_permit(now_us)
even_when_full()
sweep(permit, now_ms)
local is_held = call('ZSCORE', held, token) and 1 or 0
if is_held == 1 then
  drop_holders(permit, {token})
end
leave_line(permit, waiter)
if resent == 1 then
  give_up(now_ms, token)
end
return with_jobs({is_held, whole(now_ms)}, tell_next(permit, now_ms))
