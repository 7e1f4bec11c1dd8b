--- link_child: let a parent wait for one more child; nothing for a child that it has already.
---
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @include weigh_child

-- Its end may have been told before it was announced: the two came from different queues. Answers
-- whether the child is new, and the letter of its rule where it has ended badly.
local function link_child(parent, id, ref, name, rule)
  local children = prefix .. 'children:' .. id
  local early = call('HGET', children, ref)
  local position, state, epoch = string.match(early or '0||open|0|', '^(%d+)|[^|]*|(%a+)|(%d+)|')
  if position ~= '0' then
    return false
  end
  parent.all = parent.all + 1
  if parent.walk == '' and string.find(rule, 'u', 2, true) then
    parent.walk = '-'
  end
  call('HSET', children, ref, table.concat({parent.all, rule, state, epoch, name}, '|'))
  if state ~= 'open' then
    local results = prefix .. 'child_results:' .. id
    local result = string.match(call('HGET', results, ref) or '', '^[^|]*|[^|]*|(.*)$')
    call('HDEL', results, ref)
    call('HSET', results, parent.all, ref .. '|' .. name .. '|' .. (result or state .. '|'))
    if state == 'completed' and string.find(rule, 'u', 2, true) then
      call('RPUSH', prefix .. 'undo:' .. id, ref)
    end
  end
  local badly = weigh_child(parent, rule, state, 1)
  return true, badly and string.sub(rule, 1, 1) or nil
end
