--- change_to: give a breaker another state; what was counted and asked before is forgotten.
---
--- @key meta   hash
--- @key counts hash
--- @key probes zset
--- @field state open or half-open; without it the breaker is closed
--- @field epoch rises with each change of the state
--- @field until ms at which it becomes half-open, 0 for never
--- @field good  probes that ended well
--- @field held  calls that were sent back in this state
--- @include whole

-- The epoch tells a call that began in an earlier state: its end says nothing about this one.
local function change_to(breaker, now_ms, state, ends)
  breaker.epoch = whole((tonumber(breaker.epoch) or 0) + 1)
  breaker.state, breaker.good, breaker.held = state, '0', '0'
  breaker['until'] = whole(ends)
  call('HSET', meta, 'state', state, 'epoch', breaker.epoch, 'since', whole(now_ms),
    'until', breaker['until'], 'good', '0', 'held', '0')
  call('DEL', counts, probes)
  if state == 'open' and ends == 0 then
    call('PERSIST', meta)
  end
end
