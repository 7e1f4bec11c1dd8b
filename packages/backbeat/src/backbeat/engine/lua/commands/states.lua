--- states: in which state each of some jobs is.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail ids, at most 1,000
--- @return state of each, '' for an unknown one
--- @code BB_BAD_CALL too many ids
--- @include refuse read_queue whereis state_at

local ids = {unpack(ARGV, tail + 1)}
if #ids == 0 or #ids > 1000 then
  return refuse('BB_BAD_CALL', 'takes 1 to 1,000 ids')
end
local places, reply = whereis(read_queue(), ids), {}
for i, id in ipairs(ids) do
  reply[i] = state_at(places[id]) or ''
end
return reply
