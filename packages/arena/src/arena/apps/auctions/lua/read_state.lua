--- read_state: an auction as it is now.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic auction:<id> hash terms and state
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the auction
--- @return names and values of its fields, and the time in ms
--- @include now

return {call('HGETALL', prefix .. 'auction:' .. id), now(at_ms)}
