--- open_auction: hold an auction here, unless it is held already.
---
--- @key ends zset auction -> its end, of those that are live
--- @dynamic auction:<id> hash terms and state
--- @dynamic blocked:<id> set who may not bid
--- @arg id      str the auction
--- @arg end_at  int its end, in ms
--- @arg blocked str JSON: who may not bid
--- @rest state names of fields and their values
--- @return opened | known

local key = prefix .. 'auction:' .. id
if call('EXISTS', key) == 1 then
  return 'known'
end
call('ZADD', ends, end_at, id)
call('HSET', key, unpack(ARGV, state + 1))
for _, bidder in ipairs(cjson.decode(blocked)) do
  call('SADD', prefix .. 'blocked:' .. id, bidder)
end
return 'opened'
