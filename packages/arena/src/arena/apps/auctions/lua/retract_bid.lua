--- retract_bid: take a bid back; who leads now is what the others say, in the order in which they came.
---
--- @dynamic answers:<id> hash bid -> bidder|offer|what the price rules answered
--- @dynamic retracted:<id> set bids that were taken back
--- @arg at_ms  int the time, 0 for the server's
--- @arg id     str the auction
--- @arg bid    str which
--- @arg reason str why, for those who watch
--- @arg known  str msgpack: bids that are kept for good, each {id, bidder, offer, seq}; gone: ids
--- @return RETRACTED | KNOWN | UNKNOWN, else its status, '' where it is not held here
--- @include now read_auction write_state emit stand

-- What was accepted since the auction is held here is in the answers, what was before is in `known`.
local function collect(id, kept)
  local bids, gone = {}, {}
  local flat = call('HGETALL', prefix .. 'answers:' .. id)
  for place = 1, #flat, 2 do
    local bidder, offer, seq = string.match(flat[place + 1], '^(.*)|(%d+)|ACCEPTED|(%d+)|')
    if bidder then
      bids[flat[place]] = {bidder, tonumber(offer), tonumber(seq)}
    end
  end
  for _, row in ipairs(kept.bids) do
    bids[row[1]] = {row[2], tonumber(row[3]), tonumber(row[4])}
  end
  for _, bid in ipairs(kept.gone) do
    gone[bid] = true
  end
  for _, bid in ipairs(call('SMEMBERS', prefix .. 'retracted:' .. id)) do
    gone[bid] = true
  end
  return bids, gone
end

local function in_order(bids, gone)
  local list = {}
  for bid, row in pairs(bids) do
    if not gone[bid] then
      list[#list + 1] = row
    end
  end
  table.sort(list, function(a, b) return a[3] < b[3] end)
  return list
end

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction or auction.status ~= 'active' or now_ms >= auction.end_at_ms then
  return auction and (auction.status == 'active' and 'ended' or auction.status) or ''
end
local bids, gone = collect(id, cmsgpack.unpack(known))
if gone[bid] or not bids[bid] then
  return gone[bid] and 'KNOWN' or 'UNKNOWN'
end
gone[bid] = true
local price_before, leader_before = auction.price, auction.leader
-- The end stays where it is: whoever saw it move shall not see it come nearer.
auction.leader, auction.leader_max, auction.price, auction.bid_count = '', 0, 0, 0
for _, row in ipairs(in_order(bids, gone)) do
  local leader, most, price = stand(auction, row[1], row[2])
  if leader then
    auction.leader, auction.leader_max, auction.price = leader, most, price
    auction.bid_count = auction.bid_count + 1
  end
end
emit(auction, now_ms, 'retracted',
  'bid', bid, 'bidder', bids[bid][1], 'reason', reason, 'price', auction.price,
  'leader', auction.leader, 'leader_max', auction.leader_max, 'price_before', price_before,
  'leader_before', leader_before, 'bid_count', auction.bid_count,
  'extensions', auction.extensions, 'end_at_ms', auction.end_at_ms)
write_state(auction)
call('SADD', prefix .. 'retracted:' .. id, bid)
return 'RETRACTED'
