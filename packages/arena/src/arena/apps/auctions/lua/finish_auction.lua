--- finish_auction: end an auction if its end has come, once, and with it some others of its slot.
---
--- @key ends zset auction -> its end, of those that are live
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the auction
--- @return its status, '' where it is not held here, its end and the time in ms
--- @include now whole read_auction finish

local now_ms = now(at_ms)
local auction = read_auction(id)
if not auction then
  return {'', 0, now_ms}
end
finish(auction, now_ms)
-- Where many end at one moment the job of each waits for its turn. So the first of them end those of the
-- others as well; what follows from the end of each is still done by its own.
for _, other in ipairs(call('ZRANGE', ends, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 20)) do
  local due = read_auction(other)
  if due then
    finish(due, now_ms)
  end
end
return {auction.status, auction.end_at_ms, now_ms}
