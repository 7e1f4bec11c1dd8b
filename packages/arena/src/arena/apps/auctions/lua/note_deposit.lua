--- note_deposit: the deposit of a bidder is held.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic auction:<id> hash
--- @dynamic depositors:<id> set whose deposit is held
--- @arg id     str the auction
--- @arg bidder str who
--- @return 1, or 0 where the auction is not held here

if call('EXISTS', prefix .. 'auction:' .. id) == 0 then
  return 0
end
call('SADD', prefix .. 'depositors:' .. id, bidder)
return 1
