--- emit: number an event of an auction; for those who watch, and for the jobs that follow.
---
--- @key outbox stream the events of all auctions of the slot
--- @dynamic events:<id> stream the last events of an auction, each under its number
--- @include whole

-- Both in one step with what happened, so that nothing is accepted and then lost on the way. An event is
-- one array of msgpack, its facts names and values in turn: with a field for each of them, or with
-- numbers as text, the two entries would take more than the rest of a bid.
local function emit(auction, now_ms, kind, ...)
  auction.seq = auction.seq + 1
  local event = cmsgpack.pack({
    auction.id, auction.seq, kind, now_ms, 'currency', auction.currency, ...,
  })
  call('XADD', prefix .. 'events:' .. auction.id, 'MAXLEN', '~', '1000',
    whole(auction.seq) .. '-0', 'event', event)
  call('XADD', outbox, '*', 'event', event)
end
