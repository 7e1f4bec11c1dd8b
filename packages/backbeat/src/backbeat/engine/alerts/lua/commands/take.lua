--- take: notices that are to be delivered now; nobody else gets them for a while.
---
--- @key deliveries hash id -> attempts|channel|JSON
--- @key due        zset id -> ms
--- @arg at_ms    int the time, 0 for the server's
--- @arg limit    int at most so many, and 100
--- @arg lease_ms int when another may take them, should this one die
--- @return (id, attempts|channel|JSON)*
--- @include now whole even_when_full

local now_ms = now(at_ms)
even_when_full()
local ids = call('ZRANGE', due, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, math.min(limit, 100))
local taken = {}
for _, id in ipairs(ids) do
  local delivery = call('HGET', deliveries, id)
  if delivery then
    call('ZADD', due, whole(now_ms + lease_ms), id)
    taken[#taken + 1] = id
    taken[#taken + 1] = delivery
  else
    call('ZREM', due, id)
  end
end
return taken
