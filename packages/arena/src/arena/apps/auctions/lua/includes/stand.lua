--- stand: who leads after a bid, how far they would go, and the price; or nil and why not.
---
--- @include after min_next

local function by_hand(auction, bidder, offer)
  if offer < min_next(auction) then
    return nil, 'BID_TOO_LOW'
  end
  return bidder, offer, offer
end

-- The bid is a maximum: the house bids for the bidder, no further than it has to.
local function by_proxy(auction, bidder, offer)
  local leader, most = auction.leader, auction.leader_max
  if leader == bidder then
    if offer <= most then
      return nil, 'ALREADY_LEADING'
    end
    return bidder, offer, auction.price
  end
  local least = min_next(auction)
  if offer < least then
    return nil, 'BID_TOO_LOW'
  end
  if leader == '' then
    return bidder, offer, least
  end
  if offer > most then
    return bidder, offer, math.min(offer, after(auction, most))
  end
  return leader, most, math.min(most, after(auction, offer))
end

-- Whoever would pay the reserve pays it: below, nothing is sold.
local function stand(auction, bidder, offer)
  local judge = auction.proxy and by_proxy or by_hand
  local leader, most, price = judge(auction, bidder, offer)
  local reserve = auction.reserve_price or 0
  if leader and price < reserve and reserve <= most then
    price = reserve
  end
  return leader, most, price
end
