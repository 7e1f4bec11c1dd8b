--- read_events: the events of an auction from a number on, as far as they are kept.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic events:<id> stream the last events of an auction, each under its number
--- @arg id    str the auction
--- @arg from  int number of the first one
--- @arg limit int how many at most
--- @return entries of a stream

return call('XRANGE', prefix .. 'events:' .. id, from .. '-0', '+', 'COUNT', limit)
