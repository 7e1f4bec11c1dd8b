--- tell: what a bidder is told, as text: what is kept of an answer and what is sent are the same.
---
--- @include min_next whole

local function tell(auction, code, bidder, extended)
  return table.concat({
    code, whole(auction.seq), whole(auction.price), auction.leader,
    auction.leader == bidder and '1' or '0', whole(min_next(auction)), whole(auction.end_at_ms),
    extended and '1' or '0',
  }, '|')
end
