--- await_children: let jobs that ran wait for the children that they have added.
---
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include whole parent_of new_parent release_parent write_parent decide

local function await_children(queue, mail, ids)
  for i = 1, #ids do
    local id = ids[i]
    local parent = parent_of(id)
    if not parent then
      release_parent(queue, mail, id, new_parent('', '0', ''))
    else
      local letter = parent.letter ~= '' and parent.letter or nil
      parent.letter, parent.due = '', '0'
      write_parent(queue, id, parent)
      call('ZADD', prefix .. 'waiting_children', whole(mail.now_ms), id)
      decide(queue, mail, id, parent, letter)
    end
  end
end
