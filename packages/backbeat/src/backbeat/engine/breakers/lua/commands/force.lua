--- force: open or close a breaker by hand.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg state  str open or closed
--- @arg ms     int how long it stays open; 0: until it is closed by hand
--- @return ok
--- @code BB_BAD_CALL there is no such state
--- @include now replay answer refuse even_when_full read_breaker change_to
--- @include outlive forget_sessions_soon

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if state ~= 'open' and state ~= 'closed' then
  return refuse('BB_BAD_CALL', 'is opened or closed by hand, nothing else')
end

even_when_full()
change_to(read_breaker(), now_ms, state, state == 'open' and ms > 0 and now_ms + ms or 0)
outlive(now_ms, 0)
local told = answer(sid, number, now_ms, 'ok')
forget_sessions_soon()
return told
