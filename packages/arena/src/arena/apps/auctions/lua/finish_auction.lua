--- finish_auction: end an auction if its end has come, once.
---
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the auction
--- @return its status, '' where it is not held here, its end and the time in ms
--- @include now read_auction write_state begin close reserve_met

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction then
  return {'', 0, now_ms}
end
local live = auction.status == 'scheduled' or auction.status == 'active'
if live and now_ms >= auction.end_at_ms then
  begin(auction, now_ms)
  local outcome = auction.leader == '' and 'NO_BIDS'
  close(auction, now_ms, 'ended', outcome or (reserve_met(auction) and 'SOLD' or 'RESERVE_NOT_MET'))
  write_state(auction)
end
return {auction.status, auction.end_at_ms, now_ms}
