--- work_off: do what the messages to this queue say, and what follows from that.
---
--- @include post add_node count_child join_child note_node enlist_node cancel_node revive_node
--- @include walk_back update_groups wake_for_work

-- What one script cannot do in its time goes through the outbox, too: to this queue itself.
local function work_off(queue, mail)
  local at = 0
  while at < #mail do
    at = at + 1
    local kind, id, args, data = unpack(mail[at])
    if at > 500 then
      post(queue, mail, mail.own, kind, id, args, data)
    elseif kind == 'add' then
      add_node(queue, mail, id, args, data)
    elseif kind == 'ended' then
      count_child(queue, mail, id, args, data)
    elseif kind == 'child' then
      join_child(queue, mail, id, args)
    elseif kind == 'reported' then
      note_node(mail, id, args)
    elseif kind == 'enlist' then
      enlist_node(queue, mail, id, args)
    elseif kind == 'cancel' then
      cancel_node(queue, mail, id, data)
    elseif kind == 'retry' then
      revive_node(queue, mail, id, args)
    else
      walk_back(queue, mail, kind, id, args, data)
    end
  end
  update_groups(queue)
  if mail.placed then
    wake_for_work(queue)
  end
end
