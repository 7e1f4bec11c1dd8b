--- start_flow: record a flow and send its jobs to their queues: all of them, or none.
---
--- @key jobs hash
--- @dynamic flows     zset id -> ms, when it was started
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg flow   str the flow; its record is in this queue, its home
--- @arg about  str JSON
--- @rest tail n, (queue, kind, id, args, data)*: messages, see `work_off`
--- @field closed   nothing is added or claimed
--- @field max_jobs jobs that may be in the queue and not ended
--- @return ok | existing: there is a flow of this id, and nothing was done
--- @code BB_CLOSED     the queue takes no jobs
--- @code BB_QUEUE_FULL it would hold more jobs than it may; nothing is added
--- @code BB_BAD_CALL   the messages do not add up
--- @include now whole replay remember answer refuse read_queue sections hint create_queue open_mail
--- @include backlog send work_off

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue = read_queue()
if queue.closed then
  return refuse('BB_CLOSED', 'takes no jobs')
end
local parts = sections(tail, 5)
if not parts then
  return refuse('BB_BAD_CALL', 'the messages of a flow do not add up')
end
local key = prefix .. 'flow:' .. flow
if call('EXISTS', key) == 1 then
  return answer(sid, number, now_ms, 'existing')
end
local mail = open_mail(now_ms, true)
if queue.max_jobs then
  -- Those that wait for others take no room until they come, but a full queue promises none either.
  local fresh, at_once = 0, 0
  for at = parts[1].at + 1, #ARGV, 5 do
    local target, kind, id, args = unpack(ARGV, at, at + 3)
    if target == mail.own and kind == 'add' and call('HEXISTS', jobs, id) == 0 then
      fresh = 1
      at_once = at_once + (string.sub(args, -1) == ';' and 1 or 0)
    end
  end
  if fresh > 0 and backlog() + math.max(fresh, at_once) > tonumber(queue.max_jobs) then
    return refuse('BB_QUEUE_FULL', 'holds as many jobs as it may')
  end
end
-- Not past the limit of a full server: no work has begun yet that has to end.
call('HSET', key, 'total', 0, 'open', 0, 'epoch', 0, 'created', whole(now_ms), 'about', about)
create_queue(queue, now_ms)
hint(queue, 'flows')
call('ZADD', prefix .. 'flows', whole(now_ms), flow)
for at = parts[1].at + 1, #ARGV, 5 do
  send(queue, mail, unpack(ARGV, at, at + 4))
end
work_off(queue, mail)
remember(sid, number, now_ms, 'ok')
return {'ok'}
