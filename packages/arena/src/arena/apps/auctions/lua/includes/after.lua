--- after: the price one step up, by the tiers of an auction.

-- Tiers are prices and steps in turn, ascending, the first from 0.
local function after(auction, price)
  local tiers, place = auction.tiers, 3
  while tiers[place] and tiers[place] <= price do
    place = place + 2
  end
  return price + tiers[place - 1]
end
