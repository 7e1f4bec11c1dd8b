--- next_undo: undo the child that ended last of those that are not undone, or say that all are.
---
--- @key jobs hash
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @dynamic undo_jobs:<id>     hash ref -> queue|name|record, what undoes it; `now`: the present
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @include write_parent send forget_nodes

-- What undoes a child is a job of the flow that has the child for its own: so it finds the result.
local function next_undo(queue, mail, id, parent)
  local undo_jobs = prefix .. 'undo_jobs:' .. id
  local ref = call('RPOP', prefix .. 'undo:' .. id)
  parent.walk = ref and '1' or '0'
  write_parent(queue, id, parent)
  if not ref then
    local to, waits = string.match(parent.reply, '^([^!]*)!(.*)$')
    if to then
      send(queue, mail, to, 'walked', waits, '', '')
    end
    if call('HEXISTS', jobs, id) == 0 then
      forget_nodes(queue, {id})
    end
    return
  end
  local place, child = string.match(ref, '^([^!]*)!(.*)$')
  local job = call('HGET', undo_jobs, ref)
  if not job then
    send(queue, mail, place, 'undo', child, mail.own .. '!' .. id, '')
    return
  end
  call('HSET', undo_jobs, 'now', ref)
  local entry = call('HGET', prefix .. 'children:' .. id, ref)
  local position, epoch, name = string.match(entry, '^(%d+)|[^|]*|%a+|(%d+)|(.*)$')
  local said = call('HGET', prefix .. 'child_results:' .. id, position)
  local target, handler, record = string.match(job, '^([^|]*)|([^|]*)|(.*)$')
  local undoer = child .. '~undo' .. (epoch == '0' and '' or epoch)
  local home, flow = string.match(parent.flow, '^([^!]*)!(.*)$')
  send(queue, mail, home, 'enlist', flow, target .. '!' .. undoer .. '|' .. handler .. '|', '')
  send(queue, mail, target, 'add', undoer, '0;;' .. parent.flow .. ';u|' .. mail.own .. '|' .. id
    .. '|' .. epoch .. ',n|' .. home .. '|' .. flow .. '|0;' .. ref .. '|' .. name .. '|i', record)
  send(queue, mail, target, 'ended', undoer, ref .. '|completed|0',
    string.match(said, '^[^|]*|[^|]*|%a+|(.*)$'))
end
