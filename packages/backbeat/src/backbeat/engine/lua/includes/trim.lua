--- trim: evict the oldest kept jobs of a state, at most `most`, when they are over its bound by
---   `least` or more.
---
--- @include ended_in bound_of evict

local function trim(queue, state, least, most)
  local bound, kept = bound_of(queue, state), ended_in(state)
  -- Where the queue keeps nothing, all that is kept has an age of its own.
  if bound <= 0 then
    return 0
  end
  local over = call('ZCARD', kept) - bound
  if over < least then
    return 0
  end
  local ids = call('ZRANGE', kept, 0, math.min(over, most) - 1)
  call('ZREMRANGEBYRANK', kept, 0, #ids - 1)
  evict(queue, ids)
  return #ids
end
