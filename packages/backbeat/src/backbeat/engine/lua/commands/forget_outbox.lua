--- forget_outbox: forget what a queue was told, a day after it has received the last of it.
---
--- @dynamic outboxes       hash queue -> last number written|last acknowledged|older one|its ms
--- @dynamic outbox:<queue> stream of messages, `number-0`
--- @arg at_ms  int the time, 0 for the server's
--- @arg target str the queue that was told
--- @return 1 if that is forgotten
--- @include now even_when_full

-- Numbers follow the clock: the next message has a higher one, although the last is forgotten.
local now_ms = now(at_ms)
local outboxes = prefix .. 'outboxes'
local written, seen = string.match(call('HGET', outboxes, target) or '', '^(%d+)|(%d+)|')
if not written or written ~= seen or now_ms * 1000 - tonumber(written) < 86400000000 then
  return 0
end
even_when_full()
call('UNLINK', prefix .. 'outbox:' .. target)
call('HDEL', outboxes, target)
return 1
