--- units_ahead: how many units those need that wait before this one.
---
--- @key line  zset waiter -> ms since when it waits
--- @key needs hash waiter -> units, and u where it is these that it waits for
--- @field lined somebody may wait
--- @include whole

-- Of more than 100 only these are asked; for each of the others one is counted.
local function units_ahead(permit, waiter, since)
  if not permit.lined then
    return 0
  end
  local place = call('ZRANK', line, waiter) or call('ZCOUNT', line, '-inf', whole(since))
  if place == 0 then
    return 0
  end
  local first = call('ZRANGE', line, 0, math.min(place, 100) - 1)
  local units = place - #first
  for _, need in ipairs(call('HMGET', needs, unpack(first))) do
    units = units + (tonumber(string.match(need or '', '^%d+')) or 0)
  end
  return units
end
