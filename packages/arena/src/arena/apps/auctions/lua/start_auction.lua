--- start_auction: let an auction be active if its start has come.
---
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the auction
--- @return its status, '' where it is not held here, and the time in ms
--- @include now read_auction write_state begin

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction then
  return {'', now_ms}
end
if begin(auction, now_ms) then
  write_state(auction)
end
return {auction.status, now_ms}
