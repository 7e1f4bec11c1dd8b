--- drain_ageing: forget jobs of a queue with ageing that were there when a drain began.
---
--- @key jobs     hash
--- @key priority zset
--- @field drain_clk sequence number at which a drain began
--- @field ageing ms of waiting that a level is worth
--- @include head_of placed_at whole remove_now

-- A score is the number of a job less its head start, which is in its head: so whatever was placed
-- since is known by that, and is passed over.
local function drain_ageing(queue, now_ms, budget)
  local clk, worth = tonumber(queue.drain_clk), tonumber(queue.ageing) * 256
  local last, offset, taken = whole(clk + 5 * worth), 0, 0
  for _ = 1, 5 do
    local found = call('ZRANGE', priority, '-inf', last, 'BYSCORE', 'LIMIT', offset,
      budget - taken, 'WITHSCORES')
    local ids = {}
    for i = 1, #found, 2 do
      local level, lifo = head_of(call('HGET', jobs, found[i]))
      local head_start = (level - 5 + (lifo and 1 or 0)) * worth
      if placed_at(tonumber(found[i + 1]), head_start) <= clk then
        ids[#ids + 1] = found[i]
      end
    end
    if #ids > 0 then
      call('ZREM', priority, unpack(ids))
      remove_now(queue, now_ms, ids)
    end
    taken, offset = taken + #ids, offset + #found / 2 - #ids
    if #found == 0 or taken >= budget then
      break
    end
  end
  return taken
end
