--- reprioritise: change how urgent many waiting or delayed jobs are.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg level  int 0 to 10
--- @rest tail ids, at most 1,000; those that run or have ended stay as they are
--- @return how many were changed
--- @code BB_BAD_CALL no such priority, or too many ids
--- @include now replay answer refuse read_queue whereis state_at even_when_full give_priority whole

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if level < 0 or level > 10 or #ARGV - tail > 1000 then
  return refuse('BB_BAD_CALL', 'has priorities from 0 to 10, for at most 1,000 jobs at once')
end
local queue = read_queue()
local ids = {unpack(ARGV, tail + 1)}
local places = #ids > 0 and whereis(queue, ids) or {}
local changed, seen = {}, {}
for i = 1, #ids do
  local state = state_at(places[ids[i]])
  if (state == 'waiting' or state == 'delayed') and not seen[ids[i]] then
    seen[ids[i]] = true
    changed[#changed + 1] = ids[i]
  end
end

even_when_full()
give_priority(queue, now_ms, changed, places, level, '')
return answer(sid, number, now_ms, whole(#changed))
