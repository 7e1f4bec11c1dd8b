--- cancel_auction: call an auction off, unless it has ended; its bids are void.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg id     str the auction
--- @arg reason str why, for those who watch
--- @return its status, '' where it is not held here
--- @include now read_auction write_state close

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction then
  return ''
end
if auction.status == 'scheduled' or auction.status == 'active' then
  close(auction, now_ms, 'cancelled', 'CANCELLED', reason)
  write_state(auction)
end
return auction.status
