--- place_bid: judge a bid, and let it count if it may. The rules are those of the folder `model`.
---
--- @dynamic answers:<id> hash bid -> bidder|offer|what the price rules answered
--- @arg at_ms   int the time, 0 for the server's
--- @arg id      str the auction
--- @arg bid     str chosen by the client: the same id is the same bid
--- @arg bidder  str who bids
--- @arg amount  str minor units, as they came
--- @arg origin  str where the bid came from, for its row
--- @return the answer, see `tell`, and the time in ms
--- @include now whole read_auction write_state begin admit count_bid tell

local now_ms = now(at_ms)
local answers, asked = prefix .. 'answers:' .. id, bidder .. '|' .. amount .. '|'
local known = call('HGET', answers, bid)
if known then
  local same = string.sub(known, 1, #asked) == asked
  return {same and string.sub(known, #asked + 1) or 'BID_ID_REUSED', now_ms}
end
local auction = read_auction(id)
if not auction then
  return {'AUCTION_NOT_FOUND', now_ms}
end
local changed = begin(auction, now_ms)
local end_before_ms = auction.end_at_ms
local offer = string.match(amount, '^%d+$') and tonumber(amount)
local code = admit(auction, now_ms, bidder, offer)
local judged = not code
if judged then
  code = count_bid(auction, now_ms, bid, bidder, offer, origin) or 'ACCEPTED'
end
if changed or code == 'ACCEPTED' then
  write_state(auction)
end
local answer = tell(auction, code, bidder, auction.end_at_ms > end_before_ms)
-- Only what the price rules said: who may not bid shall not be able to fill the store.
if judged then
  call('HSET', answers, bid, asked .. answer)
end
return {answer, now_ms}
