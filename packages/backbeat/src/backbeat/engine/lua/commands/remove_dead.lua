--- remove_dead: remove jobs of one group of failures, the oldest first.
---
--- @arg at_ms       int the time, 0 for the server's
--- @arg sid         str the session that calls
--- @arg number      int the number of its call
--- @arg fingerprint str the group
--- @arg until_ms    int only what had failed by then; 0 at the first call: by now
--- @arg limit       int at most 500
--- @return how many were removed, more 0/1: call again, until_ms: for that call
--- @include now replay answer read_queue even_when_full dead_ids remove_from

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local ids, places, more, bound = dead_ids(now_ms, fingerprint, until_ms, limit)
if #ids > 0 then
  local queue = read_queue()
  even_when_full()
  remove_from(queue, now_ms, ids, places)
end
return answer(sid, number, now_ms, #ids, more, bound)
