--- now: the time of this call, in ms and µs: the one that was given, or the server's.

-- Clients' clocks differ, so only tests and simulations bring their own.
local function now(at_ms)
  if at_ms > 0 then
    return at_ms, at_ms * 1000
  end
  local time = call('TIME')
  local us = time[1] * 1000000 + time[2]
  return math.floor(us / 1000), us
end
