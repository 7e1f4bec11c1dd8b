--- settle: what became of an attempt to deliver a notice.
---
--- @key deliveries hash id -> attempts|channel|JSON
--- @key due        zset id -> ms
--- @arg at_ms    int the time, 0 for the server's
--- @arg id       str the delivery
--- @arg attempts int how many were made
--- @arg wait_ms  int when to try again, from now; -1: never
--- @arg what     str delivered, failed or abandoned
--- @arg words    str about it
--- @return ok | unknown: somebody else has settled it
--- @include now whole even_when_full note

local now_ms = now(at_ms)
local delivery = call('HGET', deliveries, id)
if not delivery then
  return 'unknown'
end
local made, rest = string.match(delivery, '^(%d+)|(.*)$')
if tonumber(made) >= attempts then
  return 'unknown'
end
even_when_full()
if wait_ms < 0 then
  call('HDEL', deliveries, id)
  call('ZREM', due, id)
else
  call('HSET', deliveries, id, whole(attempts) .. '|' .. rest)
  call('ZADD', due, whole(now_ms + wait_ms), id)
end
note(now_ms, what, id .. '|' .. whole(attempts) .. '|' .. words)
return 'ok'
