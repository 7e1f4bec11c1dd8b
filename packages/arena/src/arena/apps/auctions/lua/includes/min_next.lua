--- min_next: the least amount with which somebody else could lead.
---
--- @include after

local function min_next(auction)
  if auction.leader == '' then
    return auction.starting_price
  end
  return after(auction, auction.price)
end
