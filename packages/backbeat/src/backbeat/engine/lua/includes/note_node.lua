--- note_node: note in the record of a flow how one of its jobs ended.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @include count_node

local function note_node(mail, id, args)
  local flow = prefix .. 'flow:' .. id
  local ref, state, epoch = string.match(args, '^([^|]*)|(%a+)|(%d+)$')
  if call('HEXISTS', flow, 'total') == 0 then
    return
  end
  local entry = call('HGET', flow, ref) or '0||open|0|'
  local position, name, was, before, above = string.match(entry,
    '^(%d+)|([^|]*)|(%a+)|(%d+)|(.*)$')
  if tonumber(epoch) < tonumber(before)
    or (epoch == before and was ~= 'open' and state ~= 'undone') then
    return
  end
  call('HSET', flow, ref, table.concat({position, name, state, epoch, above}, '|'))
  if position ~= '0' then
    count_node(mail, id, was, state)
  end
end
