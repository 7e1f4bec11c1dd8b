--- write_parent: note what is known of a job that has children.
---
--- @dynamic parents hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @include hint open_hash

local function write_parent(queue, id, parent)
  hint(queue, 'flows')
  open_hash(queue, prefix .. 'parents', 'parents')
  call('HSET', prefix .. 'parents', id, table.concat({
    parent.open, parent.good, parent.bad, parent.all, parent.rule, parent.due, parent.walk,
    parent.reply, parent.letter, parent.flow,
  }, '|'))
end
