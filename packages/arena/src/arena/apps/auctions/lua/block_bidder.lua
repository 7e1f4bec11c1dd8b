--- block_bidder: let somebody not bid on an auction any more, or again.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic auction:<id> hash `blocks`: its bids look for who may not bid
--- @dynamic blocked:<id> set who may not bid
--- @arg id     str the auction
--- @arg bidder str who
--- @arg may    int 1: they may bid again
--- @return 1, or 0 where the auction is not held here

local key = prefix .. 'auction:' .. id
if call('EXISTS', key) == 0 then
  return 0
end
-- Most auctions block nobody, and their bids need not ask.
call('HSET', key, 'blocks', '1')
call(may == 1 and 'SREM' or 'SADD', prefix .. 'blocked:' .. id, bidder)
return 1
