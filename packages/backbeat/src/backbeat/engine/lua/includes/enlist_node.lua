--- enlist_node: enter one more job into the record of its flow.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @include count_node send

-- Its end may have been told already: the two came from different queues.
local function enlist_node(queue, mail, id, args)
  local flow = prefix .. 'flow:' .. id
  local ref, name, above = string.match(args, '^([^|]*)|([^|]*)|(.*)$')
  local entry = call('HGET', flow, ref) or '0||open|0|'
  local position, state, epoch = string.match(entry, '^(%d+)|[^|]*|(%a+)|(%d+)|')
  if position ~= '0' or call('HEXISTS', flow, 'total') == 0 then
    return
  end
  position = call('HINCRBY', flow, 'total', 1)
  call('HSET', flow, ref, table.concat({position, name, state, epoch, above}, '|'),
    '#' .. position, ref)
  count_node(mail, id, '', state)
  local reason = call('HGET', flow, 'reason')
  if reason and state == 'open' then
    local target, job = string.match(ref, '^([^!]*)!(.*)$')
    send(queue, mail, target, 'cancel', job, '', reason)
  end
end
