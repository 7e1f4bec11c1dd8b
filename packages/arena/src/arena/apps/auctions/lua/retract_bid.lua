--- retract_bid: take a bid back; who leads now is what the others say, in the order in which they came.
---
--- The others up to an event were judged by who calls: an auction may have any number of bids, and a step
--- has to be short. Those that have come since are judged here.
---
--- @dynamic events:<id> stream the last events of an auction, each under its number
--- @dynamic retracted:<id> set bids that were taken back
--- @arg at_ms      int the time, 0 for the server's
--- @arg id         str the auction
--- @arg bid        str which
--- @arg bidder     str whose
--- @arg reason     str why, for those who watch
--- @arg seq        int the event up to which the others were judged
--- @arg leader     str who leads then, '' for nobody
--- @arg leader_max int how far they would go
--- @arg price      int what everyone would see
--- @arg bid_count  int how many count
--- @return RETRACTED | KNOWN | MOVED: judge anew, else its status, '' where it is not held here
--- @include now read_auction write_state emit stand whole

-- All of them are kept: the stream is cut at a thousand.
local MOST = 1000

local function events_since(auction)
  local first = whole(seq + 1) .. '-0'
  local entries = call('XRANGE', prefix .. 'events:' .. id, first, '+', 'COUNT', MOST)
  return #entries == auction.seq - seq and entries or nil
end

local function facts_of(entry)
  local event, facts = cmsgpack.unpack(entry[2][2]), {}
  facts.kind = event[3]
  for place = 5, #event, 2 do
    facts[event[place]] = event[place + 1]
  end
  return facts
end

-- Whether all that has happened could be judged; another bid that was taken back cannot.
local function catch_up(auction, entries)
  for _, entry in ipairs(entries) do
    local facts = facts_of(entry)
    if facts.kind == 'retracted' then
      return false
    end
    local leader, most, standing_price
    if facts.kind == 'bid' then
      leader, most, standing_price = stand(auction, facts.bidder, facts.offer)
    end
    if leader then
      auction.leader, auction.leader_max, auction.price = leader, most, standing_price
      auction.bid_count = auction.bid_count + 1
    end
  end
  return true
end

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction or auction.status ~= 'active' or now_ms >= auction.end_at_ms then
  return auction and (auction.status == 'active' and 'ended' or auction.status) or ''
end
local retracted = prefix .. 'retracted:' .. id
if call('SISMEMBER', retracted, bid) == 1 then
  return 'KNOWN'
end
local entries, price_before, leader_before = events_since(auction), auction.price, auction.leader
-- The end stays where it is: whoever saw it move shall not see it come nearer.
auction.leader, auction.leader_max, auction.price, auction.bid_count =
  leader, leader_max, price, bid_count
if not entries or not catch_up(auction, entries) then
  return 'MOVED'
end
emit(auction, now_ms, 'retracted',
  'bid', bid, 'bidder', bidder, 'reason', reason, 'price', auction.price,
  'leader', auction.leader, 'leader_max', auction.leader_max, 'price_before', price_before,
  'leader_before', leader_before, 'bid_count', auction.bid_count,
  'extensions', auction.extensions, 'end_at_ms', auction.end_at_ms)
write_state(auction)
call('SADD', retracted, bid)
return 'RETRACTED'
