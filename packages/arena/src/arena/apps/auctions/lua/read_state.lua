--- read_state: an auction as it is now.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic auction:<id> hash `terms` and `state`, see `read_auction`
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the auction
--- @return terms, state, both nil where it is not held here, and the time in ms
--- @include now

local terms, state = unpack(call('HMGET', prefix .. 'auction:' .. id, 'terms', 'state'))
return {terms, state, now(at_ms)}
