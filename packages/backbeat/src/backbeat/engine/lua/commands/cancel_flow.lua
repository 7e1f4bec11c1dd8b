--- cancel_flow: cancel every job of a flow that has not ended, and those that come to it later.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg flow   str the flow
--- @arg reason str JSON
--- @arg first  int position to go on from; 0 begins
--- @return cancelled, position to go on from or 0 | unknown, 0
--- @include now replay answer read_queue even_when_full open_mail send work_off

-- In the order of the record, where parents come before their children: who waits goes before what
-- it waits for, and is cancelled rather than failed.
local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local key, queue = prefix .. 'flow:' .. flow, read_queue()
local total = tonumber(call('HGET', key, 'total'))
if not total then
  return answer(sid, number, now_ms, 'unknown', 0)
end
even_when_full()
call('HSET', key, 'reason', reason)
local mail, count, stop = open_mail(now_ms, true), 0, math.min(first + 500, total)
for at = first + 1, stop do
  local ref = call('HGET', key, '#' .. at)
  local state = string.match(call('HGET', key, ref) or '', '^%d+|[^|]*|(%a+)|')
  if state == 'open' then
    local target, id = string.match(ref, '^([^!]*)!(.*)$')
    send(queue, mail, target, 'cancel', id, '', reason)
    count = count + 1
  end
end
work_off(queue, mail)
return answer(sid, number, now_ms, count, stop < total and stop or 0)
