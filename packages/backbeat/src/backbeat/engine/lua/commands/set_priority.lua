--- set_priority: change how urgent a waiting or delayed job is.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg id     str the job
--- @arg level  int 0 to 10
--- @arg flags  str `l`: before its equals
--- @return ok | unknown | refused: it is active or has ended
--- @code BB_BAD_CALL no such priority
--- @include now replay answer refuse read_queue whereis state_at even_when_full give_priority

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if level < 0 or level > 10 or (flags ~= '' and flags ~= 'l') then
  return refuse('BB_BAD_CALL', 'has priorities from 0 to 10')
end
local queue = read_queue()
local places = whereis(queue, {id})
local state = state_at(places[id])
if state ~= 'waiting' and state ~= 'delayed' then
  return answer(sid, number, now_ms, state and 'refused' or 'unknown')
end

even_when_full()
give_priority(queue, now_ms, {id}, places, level, flags)
return answer(sid, number, now_ms, 'ok')
