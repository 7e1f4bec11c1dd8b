--- walk_back: undo a flow job by job, from the one that ended badly to those it stood on.
---
--- @dynamic undo_jobs:<id> hash ref -> queue|name|record, what undoes it; `now`: which is undone
--- @include parent_of next_undo send

-- `undoer` brings the job that will undo a child. `undo` asks a child to undo its own children and
-- to answer, `walked` is that answer, `undone` comes from the job that undid a child itself.
local function walk_back(queue, mail, kind, id, args, data)
  if kind == 'undoer' then
    call('HSET', prefix .. 'undo_jobs:' .. id, args, data)
    return
  end
  local parent = parent_of(id)
  if kind == 'undo' then
    local to, waits = string.match(args, '^([^!]*)!(.*)$')
    if not parent or parent.walk ~= '-' then
      send(queue, mail, to, 'walked', waits, '', '')
      return
    end
    parent.reply = args
    next_undo(queue, mail, id, parent)
  elseif parent and kind == 'walked' then
    next_undo(queue, mail, id, parent)
  elseif parent and kind == 'undone' then
    local ref = call('HGET', prefix .. 'undo_jobs:' .. id, 'now')
    local epoch = string.match(args, '|(%d+)$')
    local home, flow = string.match(parent.flow, '^([^!]*)!(.*)$')
    send(queue, mail, home, 'reported', flow, ref .. '|undone|' .. epoch, '')
    local to, child = string.match(ref, '^([^!]*)!(.*)$')
    send(queue, mail, to, 'undo', child, mail.own .. '!' .. id, '')
  end
end
