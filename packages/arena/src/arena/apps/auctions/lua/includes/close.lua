--- close: end an auction for good; it stays readable for a day.
---
--- @key ends zset auction -> its end, of those that are live
--- @dynamic answers:<id> hash
--- @dynamic paced:<id> zset
--- @dynamic blocked:<id> set
--- @dynamic depositors:<id> set
--- @dynamic retracted:<id> set
--- @include emit

local function close(auction, now_ms, status, outcome, reason)
  auction.status, auction.outcome = status, outcome
  emit(auction, now_ms, status,
    'outcome', outcome, 'price', auction.price, 'leader', auction.leader,
    'winner', outcome == 'SOLD' and auction.leader or '', 'bid_count', auction.bid_count,
    'end_at_ms', auction.end_at_ms, 'reason', reason or '')
  call('ZREM', ends, auction.id)
  for _, name in ipairs({
    'auction:', 'answers:', 'paced:', 'blocked:', 'depositors:', 'retracted:', 'events:',
  }) do
    call('PEXPIRE', prefix .. name .. auction.id, 86400000)
  end
end
