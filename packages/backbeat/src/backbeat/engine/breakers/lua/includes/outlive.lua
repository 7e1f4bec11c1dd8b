--- outlive: let the keys of a breaker go some time after its last call.
---
--- @key meta   hash
--- @key counts hash
--- @key probes zset
--- @include whole

-- One that was opened by hand without an end stays.
local function outlive(now_ms, window_ms)
  local open = call('HMGET', meta, 'state', 'until')
  local ends = tonumber(open[2]) or 0
  if open[1] ~= 'open' or ends > 0 then
    call('PEXPIRE', meta, whole(math.max(ends - now_ms, window_ms) + 3600000))
  end
  call('PEXPIRE', counts, whole(window_ms + 1000))
  call('PEXPIRE', probes, 3600000)
end
