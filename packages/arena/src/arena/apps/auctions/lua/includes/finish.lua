--- finish: end an auction if its end has come.
---
--- @include begin close reserve_met write_state

local function finish(auction, now_ms)
  local live = auction.status == 'scheduled' or auction.status == 'active'
  if not live or now_ms < auction.end_at_ms then
    return
  end
  begin(auction, now_ms)
  local outcome = auction.leader == '' and 'NO_BIDS'
  close(auction, now_ms, 'ended', outcome or (reserve_met(auction) and 'SOLD' or 'RESERVE_NOT_MET'))
  write_state(auction)
end
