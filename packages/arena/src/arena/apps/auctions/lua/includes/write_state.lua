--- write_state: store what bids and time have made of an auction; its terms stay.
---
--- @include whole

local function write_state(auction)
  call('HSET', prefix .. 'auction:' .. auction.id,
    'status', auction.status, 'outcome', auction.outcome,
    'price', whole(auction.price), 'leader', auction.leader, 'leader_max', whole(auction.leader_max),
    'bid_count', whole(auction.bid_count), 'seq', whole(auction.seq),
    'end_at_ms', whole(auction.end_at_ms), 'extensions', whole(auction.extensions))
end
