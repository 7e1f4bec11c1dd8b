--- tidy_flows: let go of what flows left behind: old messages, records that have run out.
---
--- @dynamic outboxes       hash queue -> last number written|last acknowledged|older one|its ms
--- @dynamic outbox:<queue> stream of messages, `number-0`
--- @dynamic flows          zset id -> ms, when it was started
--- @dynamic flow:<id>      hash ref -> position|name|state|epoch|parents, and counters
--- @dynamic parents        hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @dynamic dependents     hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @include unhint

local function tidy_flows(queue, now_ms)
  if not queue.flows then
    return
  end
  local outboxes, flows = prefix .. 'outboxes', prefix .. 'flows'
  for _, target in ipairs(call('HKEYS', outboxes)) do
    local written, seen, _, since = string.match(call('HGET', outboxes, target),
      '^(%d+)|(%d+)|(%d+)|(%d+)$')
    if written == seen and now_ms - tonumber(since) >= 1200000 then
      call('UNLINK', prefix .. 'outbox:' .. target)
    end
  end
  for _, id in ipairs(call('ZRANGE', flows, 0, 199)) do
    if call('EXISTS', prefix .. 'flow:' .. id) == 0 then
      call('ZREM', flows, id)
    end
  end
  if call('EXISTS', flows, prefix .. 'parents', prefix .. 'dependents') == 0 then
    unhint(queue, 'flows')
  end
end
