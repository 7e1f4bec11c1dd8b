--- outlived: whether the own age of a kept job is over, though no janitor has come yet.
---
--- @key expiring zset

-- Scores are four times the moment, and the state: see `sort_by_rule`.
local function outlived(queue, now_ms, id)
  local score = queue.expiring and call('ZSCORE', expiring, id)
  return score and tonumber(score) <= 4 * now_ms + 3
end
