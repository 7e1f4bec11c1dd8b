--- wait_for: who of the first 100 in line waits for slots, or for units, in their order.
---
--- @key line  zset waiter -> ms since when it waits
--- @key needs hash waiter -> units of a rate, and u where it is these that it waits for

local function wait_for(what)
  local first, names, found = call('ZRANGE', line, 0, 99, 'WITHSCORES'), {}, {}
  for i = 1, #first, 2 do
    names[#names + 1] = first[i]
  end
  local wanted = #names > 0 and call('HMGET', needs, unpack(names)) or {}
  for i = 1, #names do
    local dry = string.find(wanted[i] or '', 'u', 1, true) ~= nil
    if dry == (what == 'units') then
      found[#found + 1] = {name = names[i], since = tonumber(first[2 * i])}
    end
  end
  return found
end
