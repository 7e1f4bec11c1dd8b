--- running: how many jobs are active.
---
--- @key active zset

local function running()
  return math.max(call('ZCARD', active) - 1, 0)
end
