--- drain_priority: forget jobs in `priority` that were there when a drain began.
---
--- @key priority zset
--- @field drain_clk sequence number at which a drain began
--- @include whole remove_now

local function drain_priority(queue, budget)
  local clk, taken = tonumber(queue.drain_clk) or 1000, 0
  for level = 10, 0, -1 do
    local middle = (5 - level) * 1600000000000000
    local first, last = whole(middle - clk), whole(middle + clk)
    local ids = budget > taken
      and call('ZRANGE', priority, first, last, 'BYSCORE', 'LIMIT', 0, budget - taken) or {}
    if #ids > 0 then
      call('ZREM', priority, unpack(ids))
      remove_now(queue, ids)
      taken = taken + #ids
    end
  end
  return taken
end
