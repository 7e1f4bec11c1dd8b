--- relay_outbox: note down what was brought on, and hand out the next events.
---
--- @key outbox  stream the events of all auctions of the slot
--- @key relayed string id of the last one for which the jobs were added
--- @key courier string who brings them on now
--- @arg owner    str who asks: a process
--- @arg lease_ms int how long nobody else gets any
--- @arg limit    int how many at most
--- @arg brought  str id of the last one that this courier brought on, '' for none
--- @return entries of a stream; nil while another one brings them on

-- The courier gives up the lease in the step in which it finds nothing. So an event is either seen by
-- the courier that is on its way, or its own process becomes the courier.
local holder = call('GET', courier)
if holder and holder ~= owner then
  return nil
end
-- Whose lease has run out may be behind another: what it brought on is brought on once more.
if holder and brought ~= '' then
  call('SET', relayed, brought)
  -- Those who follow the stream have a minute to do so.
  local old = tonumber(string.match(brought, '^%d+')) - 60000
  call('XTRIM', outbox, 'MINID', '~', string.format('%.0f', old))
end
local last = call('GET', relayed)
local entries = call('XRANGE', outbox, last and '(' .. last or '-', '+', 'COUNT', limit)
if #entries == 0 then
  call('DEL', courier)
else
  call('SET', courier, owner, 'PX', lease_ms)
end
return entries
