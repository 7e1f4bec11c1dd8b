--- trim: evict the oldest kept jobs of a state, at most `most`, when they are over its bound by
---   `least` or more.
---
--- @key meta hash
--- @include ended_in bound_of oldest unlist forget_dead evict

-- Jobs with an age of their own stay for that, and do not count.
local function trim(queue, state, least, most)
  local bound, kept = bound_of(queue, state), ended_in(state)
  if bound < 0 or most <= 0 then
    return 0
  end
  local own = queue.expiring and tonumber(call('HGET', meta, 'own_' .. state)) or 0
  local over = call('ZCARD', kept) - own - bound
  if over < least then
    return 0
  end
  over = math.min(over, most)
  local ids
  if queue.expiring then
    ids = oldest(queue, state, '+inf', over)
    if #ids > 0 then
      unlist(queue, state, ids)
    end
  else
    -- By rank they leave for less.
    ids = call('ZRANGE', kept, 0, over - 1)
    call('ZREMRANGEBYRANK', kept, 0, #ids - 1)
    if state == 'failed' then
      forget_dead(queue, ids)
    end
  end
  evict(queue, ids)
  return #ids
end
