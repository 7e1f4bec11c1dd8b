--- emit: number an event of an auction; for those who watch, and for the jobs that follow.
---
--- @key outbox stream the events of all auctions of the slot
--- @dynamic events:<id> stream the last events of an auction, each under its number
--- @include whole

-- Both in one step with what happened, so that nothing is accepted and then lost on the way. The facts
-- are one value, names and values in turn: many fields of an entry cost more than the rest of a bid.
local function emit(auction, now_ms, kind, ...)
  auction.seq = auction.seq + 1
  local seq, at = whole(auction.seq), whole(now_ms)
  local facts = cjson.encode({'currency', auction.currency, ...})
  call('XADD', prefix .. 'events:' .. auction.id, 'MAXLEN', '~', '1000', seq .. '-0',
    'kind', kind, 'at_ms', at, 'facts', facts)
  call('XADD', outbox, '*',
    'auction', auction.id, 'seq', seq, 'kind', kind, 'at_ms', at, 'facts', facts)
end
