--- drain: remove what waits, and what is delayed if asked: what was there at the first call.
---
--- @key meta hash
--- @arg at_ms   int the time, 0 for the server's
--- @arg sid     str the session that calls
--- @arg number  int the number of its call
--- @arg first   int 1 at the first call of a drain: mark what is there
--- @arg include_delayed int 1: delayed jobs too; as said at the first call
--- @arg limit   int entries to look at, at most 500
--- @field drain_to      position up to which it removes
--- @field drain_delayed it has yet to take over `delayed`
--- @field drain_group   where it goes on in the names of groups
--- @return removed, more 0/1: call again
--- @include now whole replay answer read_queue even_when_full mark_drain take_over_delayed
--- @include drain_list drain_priority drain_groups drain_delayed end_drain update_groups
--- @include wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue, most = read_queue(), math.min(limit, 500)
even_when_full()
if first == 1 then
  mark_drain(queue, include_delayed == 1)
end
if not queue.drain_to then
  return answer(sid, number, now_ms, 0, 0)
end
call('HSET', meta, 'drain_at', whole(now_ms))
take_over_delayed(queue, now_ms)
local popped, removed = drain_list(queue, now_ms, most)
local urgent = drain_priority(queue, now_ms, most - popped)
local grouped = drain_groups(queue, now_ms, most - popped - urgent)
local later = drain_delayed(queue, now_ms, most - popped - urgent - grouped)
if queue.tally then
  update_groups(queue)
  wake_for_work(queue)
end
local full = popped + urgent + grouped + later == most
local more = full or queue.drain_delayed == '1' or queue.drain_group
if not more then
  end_drain(queue)
end
return answer(sid, number, now_ms, removed + urgent + grouped + later, more and 1 or 0)
