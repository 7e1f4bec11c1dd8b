--- restart: give workers a whole lease from now on.
---
--- @key leases        zset number -> deadline ms
--- @key lease_lengths hash number -> ms
--- @include whole

local function restart(now_ms, numbers)
  if #numbers == 0 then
    return
  end
  local scored = {}
  for i, length in ipairs(call('HMGET', lease_lengths, unpack(numbers))) do
    scored[#scored + 1] = whole(now_ms + (tonumber(length) or 0))
    scored[#scored + 1] = numbers[i]
  end
  call('ZADD', leases, 'XX', unpack(scored))
end
