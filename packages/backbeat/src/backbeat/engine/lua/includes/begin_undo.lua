--- begin_undo: undo what the children of jobs that end badly have done, the last one first.
---
--- @when queue.parents and #ids > 0
--- @dynamic parents hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @include rows_of parent_of next_undo

local function begin_undo(queue, mail, ids)
  local known = rows_of(prefix .. 'parents', ids)
  for i = 1, #ids do
    local parent = known[ids[i]] and parent_of(ids[i])
    if parent and parent.walk == '-' then
      next_undo(queue, mail, ids[i], parent)
    end
  end
end
