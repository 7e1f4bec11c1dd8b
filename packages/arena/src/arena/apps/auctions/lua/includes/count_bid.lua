--- count_bid: let a bid count that was admitted; nil, or why the price rules refuse it.
---
--- @key ends zset auction -> its end, of those that are live
--- @include stand reserve_met end_after close emit whole

local function bought(auction, offer)
  return auction.buy_now_price and offer >= auction.buy_now_price and not reserve_met(auction)
end

-- An open option to buy at once is asked first: the next minimum may lie above its price.
local function count_bid(auction, now_ms, bid, bidder, offer, origin)
  local kind = auction.proxy and 'PROXY_MAX' or 'MANUAL'
  local price_before, leader_before, end_before = auction.price, auction.leader, auction.end_at_ms
  local leader, most, price = bidder, offer, auction.buy_now_price
  if bought(auction, offer) then
    kind = 'BUY_NOW'
    auction.end_at_ms = now_ms
  else
    leader, most, price = stand(auction, bidder, offer)
    if not leader then
      return most
    end
    -- A leader's silent raise is not seen, and moves nothing.
    if leader ~= leader_before or price ~= price_before then
      auction.end_at_ms = end_after(auction, now_ms)
    end
  end
  auction.leader, auction.leader_max, auction.price = leader, most, price
  auction.bid_count = auction.bid_count + 1
  if auction.end_at_ms > end_before then
    auction.extensions = auction.extensions + 1
    call('ZADD', ends, whole(auction.end_at_ms), auction.id)
  end
  emit(auction, now_ms, 'bid',
    'bid', bid, 'bidder', bidder, 'bid_kind', kind, 'offer', offer, 'price', price,
    'leader', leader, 'leader_max', most, 'price_before', price_before,
    'leader_before', leader_before, 'bid_count', auction.bid_count,
    'extensions', auction.extensions, 'end_at_ms', auction.end_at_ms,
    'end_before_ms', end_before, 'origin', origin)
  if kind == 'BUY_NOW' then
    close(auction, now_ms, 'ended', 'SOLD')
  end
  return nil
end
