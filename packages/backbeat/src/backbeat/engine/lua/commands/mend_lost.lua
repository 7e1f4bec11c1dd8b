--- mend_lost: tell who waits for lost jobs that these are gone, in the name of their queue.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg flow   str the flow, whose record is in this queue
--- @rest tail refs of jobs, at most 100
--- @return those that were open*
--- @code BB_BAD_CALL too many jobs
--- @include now replay answer refuse unique_ids read_queue even_when_full open_mail send work_off

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local refs, done = unique_ids(tail), {}
if not refs or #refs > 100 then
  return refuse('BB_BAD_CALL', 'takes at most 100 jobs')
end
local queue = read_queue()
even_when_full()
local mail = open_mail(now_ms, false)
for _, ref in ipairs(refs) do
  local entry = call('HGET', prefix .. 'flow:' .. flow, ref) or ''
  local epoch, above = string.match(entry, '^%d+|[^|]*|open|(%d+)|(.*)$')
  if epoch then
    local said = ref .. '|removed|' .. epoch
    for to, parent in string.gmatch(above, '([^!,]*)!([^,]*)') do
      send(queue, mail, to, 'ended', parent, said, '')
    end
    send(queue, mail, mail.own, 'reported', flow, said, '')
    done[#done + 1] = ref
  end
end
work_off(queue, mail)
return answer(sid, number, now_ms, unpack(done))
