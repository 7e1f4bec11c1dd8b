--- census: every job that the server thinks a worker runs.
---
--- @key active zset
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @return (id, ticket)*
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include registered ticket_range

local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
local first, last = ticket_range(worker)
return call('ZRANGE', active, first, last, 'BYSCORE', 'WITHSCORES')
