--- post: put a message into the outbox for a queue; a relay brings it there.
---
--- @dynamic outboxes       hash queue -> last number written|last acknowledged|older one|its ms
--- @dynamic outbox:<queue> stream of messages, `number-0`
--- @include whole hint wake_worker

-- Numbers follow the clock, so that they rise also where a failover forgot the last ones: the
-- target would take a number that it has seen for a repeat.
local function post(queue, mail, target, kind, id, args, data)
  local outboxes, outbox = prefix .. 'outboxes', prefix .. 'outbox:' .. target
  local written, rest = string.match(call('HGET', outboxes, target) or '', '^(%d+)(|.*)$')
  local number = whole(math.max((tonumber(written) or 0) + 1, mail.now_ms * 1000))
  call('XADD', outbox, number .. '-0', 'k', kind, 'i', id, 'a', args, 'd', data)
  call('HSET', outboxes, target, number .. (rest or '|0|0|0'))
  hint(queue, 'outboxes')
  if not mail.relayed then
    wake_worker()
  end
end
