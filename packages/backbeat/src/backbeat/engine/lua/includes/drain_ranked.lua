--- drain_ranked: take jobs by rank out of a zset that were there when a drain began; their ids.
---
--- @field drain_clk sequence number at which a drain began
--- @include whole

-- The parts of a level are those of `rank`: whatever was placed since has a higher number. Most
-- jobs are NORMAL: where no others are left, nobody looks for them.
local function drain_ranked(queue, key, budget)
  local clk, third, taken = tonumber(queue.drain_clk), 260000000000000, {}
  local function take(first, last)
    first, last = whole(first), whole(last)
    local ids = budget > #taken
      and call('ZRANGE', key, first, last, 'BYSCORE', 'LIMIT', 0, budget - #taken) or {}
    if #ids > 0 then
      call('ZREM', key, unpack(ids))
    end
    for i = 1, #ids do
      taken[#taken + 1] = ids[i]
    end
  end
  for _, level in ipairs({5, 10, 9, 8, 7, 6, 4, 3, 2, 1, 0}) do
    if budget <= #taken or call('ZCARD', key) == 0 then
      break
    end
    local middle = (5 - level) * 1600000000000000
    take(middle - third - clk, middle - third)
    take(middle + third - clk, middle + third + clk)
  end
  return taken
end
