--- join_child: let a parent wait for a child that another queue has added to its flow.
---
--- @dynamic children:<id> hash ref -> position|rule|state|epoch|name
--- @include parent_of write_parent link_child decide await_parent

local function join_child(queue, mail, id, args)
  local ref, name, rule = string.match(args, '^([^|]*)|([^|]*)|([^|]*)$')
  local parent = parent_of(id)
  if not parent then
    local children = prefix .. 'children:' .. id
    local entry = call('HGET', children, ref) or '0||open|0|'
    local state, epoch = string.match(entry, '^0|[^|]*|(%a+)|(%d+)|')
    call('HSET', children, ref, table.concat({'0', rule, state, epoch, name}, '|'))
    await_parent(id)
    return
  end
  local fresh, letter = link_child(parent, id, ref, name, rule)
  if fresh then
    write_parent(queue, id, parent)
    decide(queue, mail, id, parent, letter)
  end
end
