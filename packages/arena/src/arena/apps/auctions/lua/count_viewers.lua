--- count_viewers: note how many look at an auction through one process; how many do in all.
---
--- @key outbox stream not touched: its name says where the other keys are
--- @dynamic viewers:<id> hash process -> how many|when it said so, in ms
--- @arg at_ms   int the time, 0 for the server's
--- @arg id      str the auction
--- @arg process str the process
--- @arg here    int how many look through it
--- @return how many look in all
--- @include now whole

local now_ms = now(at_ms)
local key = prefix .. 'viewers:' .. id
if here == 0 then
  call('HDEL', key, process)
else
  call('HSET', key, process, here .. '|' .. whole(now_ms))
end
local total = 0
local flat = call('HGETALL', key)
for place = 1, #flat, 2 do
  local count, at = string.match(flat[place + 1], '^(%d+)|(%d+)$')
  if now_ms - tonumber(at) > 30000 then
    call('HDEL', key, flat[place])
  else
    total = total + tonumber(count)
  end
end
call('PEXPIRE', key, 60000)
return total
