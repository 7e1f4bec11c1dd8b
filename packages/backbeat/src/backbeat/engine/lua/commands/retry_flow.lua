--- retry_flow: let jobs of a flow run again that have ended without success.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg flow   str the flow
--- @arg epoch  int how often it was retried, this time included
--- @rest tail n, (ref, dependents, refs of children that run again)*, parents first
--- @return how many run again | unknown | changed: another retry came first
--- @code BB_BAD_CALL the rows do not add up
--- @include now replay answer refuse read_queue sections even_when_full count_node open_mail send
--- @include work_off

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local parts = sections(tail, 3)
if not parts then
  return refuse('BB_BAD_CALL', 'the jobs of a retry do not add up')
end
local key, queue = prefix .. 'flow:' .. flow, read_queue()
local last = tonumber(call('HGET', key, 'epoch'))
if not last or epoch < last or epoch > last + 1 then
  return answer(sid, number, now_ms, last and 'changed' or 'unknown')
end
even_when_full()
call('HSET', key, 'epoch', epoch)
call('HDEL', key, 'reason')
local mail, count = open_mail(now_ms, true), 0
for at = parts[1].at + 1, #ARGV, 3 do
  local ref, notes, refs = unpack(ARGV, at, at + 2)
  local position, name, was, done, above = string.match(call('HGET', key, ref) or '',
    '^(%d+)|([^|]*)|(%a+)|(%d+)|(.*)$')
  if position and was ~= 'open' and was ~= 'completed' and tonumber(done) < epoch then
    call('HSET', key, ref, table.concat({position, name, 'open', done, above}, '|'))
    count_node(mail, flow, was, 'open')
    local target, id = string.match(ref, '^([^!]*)!(.*)$')
    local force = was == 'undone' and ';1;' or ';0;'
    send(queue, mail, target, 'retry', id, epoch .. force .. notes .. ';' .. refs, '')
    count = count + 1
  end
end
work_off(queue, mail)
return answer(sid, number, now_ms, count)
