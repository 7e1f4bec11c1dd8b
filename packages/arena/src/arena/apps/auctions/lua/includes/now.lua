--- now: the time of this call in ms: the one that a test has set, or the server's.

-- The clocks of those who bid through different processes differ; the server has one.
local function now(at_ms)
  if at_ms > 0 then
    return at_ms
  end
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
