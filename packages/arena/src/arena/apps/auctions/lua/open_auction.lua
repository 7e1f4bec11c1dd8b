--- open_auction: hold an auction here, unless it is held already.
---
--- @key ends zset auction -> its end, of those that are live
--- @dynamic auction:<id> hash `terms` and `state`, see `read_auction`
--- @dynamic blocked:<id> set who may not bid
--- @arg id     str the auction
--- @arg end_at int its end, in ms
--- @arg terms  str its terms, see `read_auction`
--- @arg state  str its state, likewise
--- @rest first who may not bid
--- @return opened | known

local key = prefix .. 'auction:' .. id
if call('EXISTS', key) == 1 then
  return 'known'
end
call('ZADD', ends, end_at, id)
call('HSET', key, 'terms', terms, 'state', state)
for place = first + 1, #ARGV do
  call('HSET', key, 'blocks', '1')
  call('SADD', prefix .. 'blocked:' .. id, ARGV[place])
end
return 'opened'
