--- scan_bids: a part of what is held of the bids of an auction; go on until the cursor is 0 again.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic answers:<id> hash bid -> bidder|offer|what the price rules answered
--- @dynamic retracted:<id> set bids that were taken back
--- @arg id     str the auction
--- @arg what   str answers | retracted
--- @arg cursor str where to go on, 0 at first
--- @return the next cursor, and fields with their values, or members

local scan = what == 'answers' and 'HSCAN' or 'SSCAN'
return call(scan, prefix .. what .. ':' .. id, cursor, 'COUNT', 500)
