--- overdue: the live auctions whose end is past by so much.
---
--- @key ends zset auction -> its end, of those that are live
--- @arg at_ms   int the time, 0 for the server's
--- @arg late_ms int how long past the end
--- @arg limit   int how many at most
--- @return ids, the first to end first
--- @include now whole

return call('ZRANGE', ends, '-inf', whole(now(at_ms) - late_ms), 'BYSCORE', 'LIMIT', 0, limit)
