--- admit: who of those that want to call may, and when the others come back.
---
--- @key meta   hash
--- @key probes zset token -> ms until which its outcome is waited for
--- @field state open or half-open; without it the breaker is closed
--- @field until ms at which it becomes half-open, 0 for never
--- @field good  probes that ended well
--- @field held  calls that were sent back in this state
--- @include whole

-- As many as there are probes come back as soon as these can be made, the others a while later: by
-- then it is known what the probes said, and a crowd need not be sent back once more.
local function admit(breaker, now_ms, wanting, open_ms, max_probes, hold_ms)
  if not breaker.state or breaker.state == 'closed' or wanting.count == 0 then
    return wanting.count, 0, 0, 0
  end
  local granted, look = 0, math.max(math.min(open_ms / 10, 5000), 100)
  local first = tonumber(breaker['until'])
  if breaker.state == 'half-open' then
    local free = max_probes - tonumber(breaker.good) - call('ZCARD', probes)
    granted = math.max(math.min(free, wanting.count), 0)
    for i = 1, granted do
      call('ZADD', probes, whole(now_ms + hold_ms), ARGV[wanting.at + i])
    end
    first = now_ms + look
  elseif first == 0 then
    first = now_ms + open_ms
  end
  local sent_back, before = wanting.count - granted, tonumber(breaker.held) or 0
  if sent_back > 0 then
    call('HSET', meta, 'held', whole(before + sent_back))
  end
  local early = math.max(math.min(max_probes - before, sent_back), 0)
  return granted, early, math.ceil(first), math.ceil(first + look)
end
