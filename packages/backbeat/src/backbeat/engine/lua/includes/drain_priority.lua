--- drain_priority: forget jobs in `priority` that were there when a drain began.
---
--- @key priority zset
--- @field drain_clk sequence number at which a drain began
--- @include whole remove_now

-- The parts of a level are those of `rank`: whatever was placed since has a higher number.
local function drain_priority(queue, budget)
  local clk, third, taken = tonumber(queue.drain_clk), 260000000000000, 0
  if not queue.priority then
    return 0
  end
  local function take(first, last)
    first, last = whole(first), whole(last)
    local ids = budget > taken
      and call('ZRANGE', priority, first, last, 'BYSCORE', 'LIMIT', 0, budget - taken) or {}
    if #ids > 0 then
      call('ZREM', priority, unpack(ids))
      remove_now(queue, ids)
      taken = taken + #ids
    end
  end
  for level = 10, 0, -1 do
    local middle = (5 - level) * 1600000000000000
    take(middle - third - clk, middle - third)
    take(middle + third - clk, middle + third + clk)
  end
  return taken
end
