--- rank: the score of a job in `priority`.
---
--- @field clk the last sequence number given

-- A level is 1.6e15 wide, a third of it for each kind: LIFO jobs count down from below its middle,
-- jobs put back (`at_head`) count down from above it, and FIFO jobs count up from there. Below 0
-- lies what goes before `waiting`. The sequence follows the clock, 256 to a ms, and never repeats:
-- a third lasts until the year 2090, and all scores are exact in a double.
local function rank(queue, now_ms, level, lifo, at_head)
  local middle, third = (5 - level) * 1600000000000000, 260000000000000
  queue.clk = math.max((tonumber(queue.clk) or 0) + 1, (now_ms - 1767225600000) * 256)
  if lifo then
    return middle - third - queue.clk
  end
  return middle + third + (at_head and -queue.clk or queue.clk)
end
