--- due_unnoticed: whether the earliest delayed job would fall due and nobody look.
---
--- @key delayed zset
--- @field next earliest due ms

local function due_unnoticed(queue)
  local first = tonumber(call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2])
  return first and (not queue.next or tonumber(queue.next) > first)
end
