--- rank: the score of a job in `priority`.
---
--- @field clk the last sequence number given

-- A level is 2 * W wide, W = 8e14: FIFO jobs count up from its middle, LIFO jobs down. Below 0 lies
-- what goes before `waiting`. The sequence follows the clock, 256 to a ms, and never repeats: W
-- lasts until the year 2125, and all scores are exact in a double.
--
-- `ahead` puts a job before its equals: how many of this call were put there already, else nil.
local function rank(queue, now_ms, level, lifo, ahead)
  local middle = (5 - level) * 1600000000000000
  if ahead and not lifo then
    return middle + ahead
  end
  -- From 1,001, above every `ahead`, also where tests begin their time at 0.
  queue.clk = math.max((tonumber(queue.clk) or 1000) + 1, (now_ms - 1767225600000) * 256)
  return lifo and middle - queue.clk or middle + queue.clk
end
