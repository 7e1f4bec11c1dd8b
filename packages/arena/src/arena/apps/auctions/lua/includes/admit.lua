--- admit: why the price rules are not even asked about a bid; nil where they are.
---
--- @dynamic blocked:<id> set who may not bid
--- @dynamic depositors:<id> set whose deposit is held
--- @dynamic paced:<id> zset bidder -> when the price rules were last asked, in ms
--- @include whole

-- The order is a promise: amount, status, end, seller, blocked, deposit, rate.
local function admit(auction, now_ms, bidder, offer)
  if not offer or offer <= 0 or offer > 999999999999 then
    return 'INVALID_BID_AMOUNT'
  end
  if auction.status == 'ended' then
    return 'AUCTION_ENDED'
  end
  if auction.status ~= 'active' then
    return 'AUCTION_NOT_ACTIVE'
  end
  if now_ms >= auction.end_at_ms then
    return 'AUCTION_ENDED'
  end
  if bidder == auction.seller then
    return 'SELLER_CANNOT_BID'
  end
  if auction.blocks and call('SISMEMBER', prefix .. 'blocked:' .. auction.id, bidder) == 1 then
    return 'BIDDER_BLOCKED'
  end
  if auction.deposit
    and call('SISMEMBER', prefix .. 'depositors:' .. auction.id, bidder) == 0 then
    return 'DEPOSIT_REQUIRED'
  end
  if auction.pace_ms == 0 then
    return nil
  end
  local paced = prefix .. 'paced:' .. auction.id
  call('ZREMRANGEBYSCORE', paced, '-inf', whole(now_ms - auction.pace_ms))
  if call('ZADD', paced, 'NX', whole(now_ms), bidder) == 0 then
    return 'RATE_LIMIT_EXCEEDED'
  end
  return nil
end
