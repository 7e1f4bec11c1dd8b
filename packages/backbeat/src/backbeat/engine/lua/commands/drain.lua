--- drain: remove what waits, and what is delayed if asked: what was there at the first call.
---
--- @key meta hash
--- @arg at_ms   int the time, 0 for the server's
--- @arg sid     str the session that calls
--- @arg number  int the number of its call
--- @arg first   int 1 at the first call of a drain: mark what is there
--- @arg include_delayed int 1: delayed jobs too; as said at the first call
--- @field drain_to      position up to which it removes
--- @field drain_delayed it has yet to take over `delayed`
--- @return removed, more 0/1: call again
--- @include now replay answer read_queue even_when_full mark_drain take_over_delayed drain_list
--- @include drain_priority drain_delayed

local now_ms = now(at_ms)
local before = replay(sid, number, now_ms)
if before then
  return before
end
local queue = read_queue()
even_when_full()
if first == 1 then
  mark_drain(queue, include_delayed == 1)
end
if not queue.drain_to then
  return answer(sid, number, now_ms, 0, 0)
end
take_over_delayed(queue)
local popped, removed = drain_list(queue, 1000)
local urgent = drain_priority(queue, 1000 - popped)
local later = drain_delayed(queue, 1000 - popped - urgent)
local more = popped + urgent + later == 1000 or queue.drain_delayed == '1'
if not more then
  call('HDEL', meta, 'drain_to', 'drain_clk', 'drain_delayed')
end
return answer(sid, number, now_ms, removed + urgent + later, more and 1 or 0)
