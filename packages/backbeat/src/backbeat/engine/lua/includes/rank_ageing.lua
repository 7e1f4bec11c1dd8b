--- rank_ageing: the score of a job in `priority` of a queue with ageing.
---
--- @field clk    the last sequence number given
--- @field ageing ms of waiting that a level is worth

-- A level is a head start of so many ms, LIFO one more: nothing has to be sorted anew while jobs
-- grow older, since all of them do at the same pace. What is put back goes first. The sequence is
-- that of `rank`.
local function rank_ageing(queue, now_ms, level, lifo, at_head)
  queue.clk = math.max((tonumber(queue.clk) or 0) + 1, (now_ms - 1767225600000) * 256)
  if at_head then
    return -4000000000000000 - queue.clk
  end
  return queue.clk - (level - 5 + (lifo and 1 or 0)) * tonumber(queue.ageing) * 256
end
