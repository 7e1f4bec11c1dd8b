--- read_auction: an auction as one table: its terms, and what bids and time have made of them.
---
--- @dynamic auction:<id> hash `terms`: a map of msgpack; `state`: an array; `blocks`: somebody may not bid

-- Two values that the server itself unpacks take a fifth of what as many fields as they hold would take.
-- A term that is not set is not there; a text that is not set is ''.
local function read_auction(id)
  local found = call('HMGET', prefix .. 'auction:' .. id, 'terms', 'state', 'blocks')
  if not found[1] then
    return nil
  end
  local auction = cmsgpack.unpack(found[1])
  auction.id, auction.blocks = id, found[3]
  auction.status, auction.outcome, auction.price, auction.leader, auction.leader_max,
    auction.bid_count, auction.seq, auction.end_at_ms, auction.extensions =
    unpack(cmsgpack.unpack(found[2]))
  return auction
end
