--- count_child: note how a child of a job ended, and decide what that means for the job.
---
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @include parent_of write_parent weigh_child decide next_undo await_parent

-- A child may end before its parent has come, or before the parent was told of it.
--
-- `epoch` counts the retries of the flow: within one a child ends once, whatever comes again. What
-- ends well after its siblings were undone is undone, too, unless it belongs to a retry.
local function count_child(queue, mail, id, args, data)
  local ref, state, epoch = string.match(args, '^([^|]*)|(%a+)|(%d+)$')
  local parent = parent_of(id)
  local children, results = prefix .. 'children:' .. id, prefix .. 'child_results:' .. id
  local entry = call('HGET', children, ref) or '0||open|0|'
  local position, rule, was, before, name = string.match(entry,
    '^(%d+)|([^|]*)|(%a+)|(%d+)|(.*)$')
  if tonumber(epoch) < tonumber(before) or (epoch == before and was ~= 'open') then
    return
  end
  call('HSET', children, ref, table.concat({position, rule, state, epoch, name}, '|'))
  local early = position == '0'
  call('HSET', results, early and ref or position, table.concat({ref, name, state, data}, '|'))
  if not parent then
    await_parent(id)
  end
  if early then
    return
  end
  weigh_child(parent, rule, was, -1)
  local badly = weigh_child(parent, rule, state, 1)
  write_parent(queue, id, parent)
  if state == 'completed' and string.find(rule, 'u', 2, true) then
    call('RPUSH', prefix .. 'undo:' .. id, ref)
    if parent.walk == '0' and epoch == before then
      next_undo(queue, mail, id, parent)
    end
  end
  local letter = badly and string.sub(rule, 1, 1) or nil
  if not decide(queue, mail, id, parent, letter) and (letter == 'f' or letter == 's') then
    parent.letter = letter
    write_parent(queue, id, parent)
  end
end
