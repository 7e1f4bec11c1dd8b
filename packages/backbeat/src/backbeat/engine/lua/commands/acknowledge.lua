--- acknowledge: note up to where a queue has received what the outbox holds for it.
---
--- @dynamic outboxes       hash queue -> last number written|last acknowledged|older one|its ms
--- @dynamic outbox:<queue> stream of messages, `number-0`
--- @arg at_ms  int the time, 0 for the server's
--- @arg target str the queue that received
--- @arg upto   str number of the last message that it knows
--- @arg back   int 1: it has forgotten some, and they are to be brought again
--- @return 1 if there are messages that are not acknowledged
--- @include now whole read_queue even_when_full hint clear_outboxes

-- Received messages stay for ten minutes at least: a target that fails over to a copy which lags
-- behind needs them once more.
local now_ms = now(at_ms)
local outboxes, outbox = prefix .. 'outboxes', prefix .. 'outbox:' .. target
local queue = read_queue()
local written, seen, older, since = string.match(call('HGET', outboxes, target) or '',
  '^(%d+)|(%d+)|(%d+)|(%d+)$')
if not written then
  return 0
end
even_when_full()
local known = tonumber(upto)
if back == 0 then
  known = math.max(known, tonumber(seen))
end
if now_ms - tonumber(since) >= 600000 then
  if tonumber(older) > 0 then
    call('XTRIM', outbox, 'MINID', whole(tonumber(older) + 1) .. '-0')
  end
  older, since = whole(known), whole(now_ms)
end
call('HSET', outboxes, target, table.concat({written, whole(known), older, since}, '|'))
if known < tonumber(written) then
  hint(queue, 'outboxes')
  return 1
end
return clear_outboxes(queue)
