--- reserve_met: whether it would be sold now, as far as the price goes.

local function reserve_met(auction)
  return auction.leader ~= '' and auction.price >= (auction.reserve_price or 0)
end
