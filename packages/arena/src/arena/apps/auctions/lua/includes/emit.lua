--- emit: number an event of an auction; for those who watch, and for the jobs that follow.
---
--- @key outbox stream the events of all auctions of the slot
--- @dynamic events:<id> stream the last events of an auction, each under its number
--- @include whole

-- Both in one step with what happened, so that nothing is accepted and then lost on the way.
local function emit(auction, now_ms, kind, ...)
  auction.seq = auction.seq + 1
  local seq, at = whole(auction.seq), whole(now_ms)
  call('XADD', prefix .. 'events:' .. auction.id, 'MAXLEN', '~', '1000', seq .. '-0',
    'kind', kind, 'at_ms', at, 'currency', auction.currency, ...)
  call('XADD', outbox, '*', 'auction', auction.id, 'seq', seq,
    'kind', kind, 'at_ms', at, 'currency', auction.currency, ...)
end
