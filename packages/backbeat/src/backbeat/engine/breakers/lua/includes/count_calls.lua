--- count_calls: add calls that have ended to the window; how many ended well and failed in it.
---
--- @key counts hash ms of a tenth of a window -> well:failed
--- @field state open or half-open; without it the breaker is closed
--- @field epoch rises with each change of the state
--- @include whole sum_calls

-- Counted by tenths of the window. Only what began in the present state counts, and only while the
-- breaker is closed.
local function count_calls(breaker, now_ms, window_ms, calls)
  if breaker.state and breaker.state ~= 'closed' then
    return 0, 0
  end
  local well, bad = 0, 0
  for i = 1, calls.count do
    local row = calls.at + 3 * i
    if ARGV[row - 2] == (breaker.epoch or '0') then
      well, bad = well + tonumber(ARGV[row - 1]), bad + tonumber(ARGV[row])
    end
  end
  if well + bad == 0 then
    return 0, 0
  end
  local tenth = math.max(math.floor(window_ms / 10), 1)
  local field = whole(now_ms - now_ms % tenth)
  local good, failed = string.match(call('HGET', counts, field) or '0:0', '^(%d+):(%d+)$')
  call('HSET', counts, field, whole(good + well) .. ':' .. whole(failed + bad))
  if call('HLEN', counts) > 20 then
    local names = call('HKEYS', counts)
    for i = 1, #names do
      if tonumber(names[i]) <= now_ms - window_ms then
        call('HDEL', counts, names[i])
      end
    end
  end
  return sum_calls(now_ms, window_ms)
end
