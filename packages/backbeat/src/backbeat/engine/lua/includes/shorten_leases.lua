--- shorten_leases: end leases in time that are longer than they may be.
---
--- @key leases        zset number -> deadline ms
--- @key lease_lengths hash number -> ms
--- @include whole restart

-- The server's clock was put back, and their workers may be dead: without this nobody would notice
-- before it is that late again.
local function shorten_leases(now_ms)
  local far = call('ZRANGE', leases, '+inf', whole(now_ms), 'BYSCORE', 'REV', 'LIMIT', 0, 500,
    'WITHSCORES')
  local numbers, ends = {}, {}
  for i = 1, #far, 2 do
    numbers[#numbers + 1] = far[i]
    ends[#ends + 1] = tonumber(far[i + 1])
  end
  local too_long = {}
  local lengths = #numbers > 0 and call('HMGET', lease_lengths, unpack(numbers)) or {}
  for i = 1, #numbers do
    if lengths[i] and ends[i] > now_ms + tonumber(lengths[i]) then
      too_long[#too_long + 1] = numbers[i]
    end
  end
  restart(now_ms, too_long)
end
