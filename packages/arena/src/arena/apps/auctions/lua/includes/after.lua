--- after: the price one step up, by the tiers of an auction.

-- Tiers are written 'price:step,price:step', ascending, the first from 0.
local function after(auction, price)
  local step
  for from, by in string.gmatch(auction.tiers, '(%d+):(%d+)') do
    if tonumber(from) > price then
      break
    end
    step = tonumber(by)
  end
  return price + step
end
