--- note: append an entry to the audit log, and drop the oldest beyond its bound.
---
--- @key log stream
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg most   int entries that are kept, about
--- @arg entry  str JSON of who asked for what
--- @return id of the entry
--- @include now whole replay answer even_when_full forget_sessions_soon

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
-- What makes room on a full server has to be written down, or it could not be done.
even_when_full()
local id = call('XADD', log, 'MAXLEN', '~', most, '*', 'at', whole(now_ms), 'entry', entry)
local told = answer(sid, number, now_ms, id)
forget_sessions_soon()
return told
