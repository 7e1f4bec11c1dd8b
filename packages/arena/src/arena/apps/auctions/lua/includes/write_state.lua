--- write_state: store what bids and time have made of an auction; its terms stay.
---
--- @dynamic auction:<id> hash `state`, as `read_auction` reads it

local function write_state(auction)
  call('HSET', prefix .. 'auction:' .. auction.id, 'state', cmsgpack.pack({
    auction.status, auction.outcome, auction.price, auction.leader, auction.leader_max,
    auction.bid_count, auction.seq, auction.end_at_ms, auction.extensions,
  }))
end
