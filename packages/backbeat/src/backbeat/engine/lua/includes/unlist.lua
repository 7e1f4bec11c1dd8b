--- unlist: take ended jobs out of the zset of their state, and what is counted with it.
---
--- @include ended_in forget_dead

local function unlist(queue, state, ids)
  local kept = ended_in(state)
  call('ZREM', kept, unpack(ids))
  if state == 'failed' then
    forget_dead(queue, ids)
  end
end
