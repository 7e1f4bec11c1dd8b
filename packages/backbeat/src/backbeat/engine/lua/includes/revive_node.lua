--- revive_node: let a job of a flow run again, once those of its children that failed have.
---
--- @dynamic dependents       hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @dynamic children:<id>    hash ref -> position|rule|state|epoch|name
--- @include whole whereis is_final hint open_hash unplace unkeep note_ready parent_of write_parent
--- @include weigh_child decide release_parent tell_parents tell_late

-- `args` is epoch;1 if it runs again although it completed;dependents;refs of the children that run
-- again. One of those may have ended once more by now: it has the new epoch then, and is counted
-- already.
local function revive_node(queue, mail, id, args)
  local epoch, force, notes, refs = string.match(args, '^(%d+);(%d);([^;]*);(.*)$')
  local dependents, children = prefix .. 'dependents', prefix .. 'children:' .. id
  local places, parent = whereis(queue, {id}), parent_of(id)
  hint(queue, 'flows')
  open_hash(queue, dependents, 'dependents')
  if not places[id] then
    call('HSET', dependents, id, notes)
    tell_parents(queue, mail, 'removed', {id}, {})
    return
  end
  if not is_final(places[id]) or (places[id] == 'completed' and force == '0') then
    tell_late(queue, mail, id, places[id], notes)
    return
  end
  unplace(queue, {id}, places)
  unkeep(queue, {id})
  note_ready(queue, {id}, mail.now_ms, true)
  call('HSET', dependents, id, notes)
  local letter
  for ref in string.gmatch(refs, '[^,]+') do
    local position, rule, state, before, name = string.match(call('HGET', children, ref) or '',
      '^(%d+)|([^|]*)|(%a+)|(%d+)|(.*)$')
    if position and before == epoch and state ~= 'completed' and state ~= 'open' then
      letter = letter or string.sub(rule, 1, 1)
    elseif position and state ~= 'open' and before ~= epoch then
      weigh_child(parent, rule, state, -1)
      weigh_child(parent, rule, 'open', 1)
      call('HSET', children, ref, table.concat({position, rule, 'open', before, name}, '|'))
    end
  end
  if not parent then
    release_parent(queue, mail, id, {due = '0'})
    return
  end
  parent.letter = ''
  parent.walk, parent.reply = parent.walk ~= '' and '-' or '', ''
  write_parent(queue, id, parent)
  call('ZADD', prefix .. 'waiting_children', whole(mail.now_ms), id)
  decide(queue, mail, id, parent, letter)
end
