--- count_viewers: note how many look at an auction through one process; how many do in all.
---
--- @key looks stream how many look at an auction in all, each time that it changes
--- @dynamic viewers:<id> hash process -> how many|when it said so, in ms; 'all' -> the last told
--- @arg at_ms   int the time, 0 for the server's
--- @arg id      str the auction
--- @arg process str the process
--- @arg here    int how many look through it
--- @arg good_ms int how long what a process says is good for
--- @return how many look in all
--- @include now whole

local now_ms = now(at_ms)
local key = prefix .. 'viewers:' .. id
if here == 0 then
  call('HDEL', key, process)
else
  call('HSET', key, process, here .. '|' .. whole(now_ms))
end
local total, told = 0, 0
local flat = call('HGETALL', key)
for place = 1, #flat, 2 do
  local count, at = string.match(flat[place + 1], '^(%d+)|(%d+)$')
  if not count then
    told = tonumber(flat[place + 1])
  elseif now_ms - tonumber(at) > good_ms then
    call('HDEL', key, flat[place])
  else
    total = total + tonumber(count)
  end
end
if total ~= told then
  call('HSET', key, 'all', total)
  call('XADD', looks, '*', 'auction', id, 'viewers', total, 'before', told)
  -- Those who follow the stream have a minute to do so.
  local old = (call('TIME')[1] - 60) * 1000
  call('XTRIM', looks, 'MINID', '~', whole(old))
end
call('PEXPIRE', key, good_ms * 4)
return total
