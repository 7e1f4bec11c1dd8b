--- mend_flows: let the records of these flows say what the jobs in them say.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail flows, at most 10
--- @return (flow, what was wrong)*
--- @code BB_BAD_CALL too many flows
--- @include now whole replay answer refuse unique_ids even_when_full flow_fault

local now_ms = now(at_ms)
local before = replay(sid, number, now_ms)
if before then
  return before
end
local names, done = unique_ids(tail), {}
if not names or #names > 10 then
  return refuse('BB_BAD_CALL', 'takes at most 10 flows')
end
even_when_full()
for _, name in ipairs(names) do
  local fault, counted, at, over = flow_fault(name)
  if fault then
    local flow = prefix .. 'flow:' .. name
    for field, count in pairs(counted) do
      call('HSET', flow, field, count)
    end
    for place, ref in pairs(at) do
      call('HSET', flow, place, ref)
    end
    if not over then
      call('HDEL', flow, 'ended')
      call('PERSIST', flow)
    elseif call('HSETNX', flow, 'ended', whole(now_ms)) == 1 then
      call('PEXPIRE', flow, 604800000)
    end
    done[#done + 1] = name
    done[#done + 1] = fault
  end
end
return answer(sid, number, now_ms, unpack(done))
