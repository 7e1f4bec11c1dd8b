--- take_seat: take one seat of a show, once for each request.
---
--- @key taken hash
--- @key free  string
--- @arg request str an id that the caller gives: the same one is answered the same
--- @arg seats   int how many the show has
--- @return number of the seat, 0 where none is left

local before = call('HGET', taken, request)
if before then
  return tonumber(before)
end
local left = tonumber(call('GET', free) or seats)
if left == 0 then
  return 0
end
call('SET', free, left - 1)
call('HSET', taken, request, left)
return left
