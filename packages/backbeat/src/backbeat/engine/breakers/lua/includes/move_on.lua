--- move_on: change the state of a breaker where time or the calls ask for it.
---
--- @key probes zset token -> ms until which its outcome is waited for
--- @field state open or half-open; without it the breaker is closed
--- @field until ms at which it becomes half-open, 0 for never
--- @field good  probes that ended well
--- @include whole change_to

local function move_on(breaker, now_ms, failed, broken, open_ms, max_probes)
  local ends = tonumber(breaker['until']) or 0
  if breaker.state == 'open' then
    if ends > 0 and ends <= now_ms then
      change_to(breaker, now_ms, 'half-open', 0)
    end
  elseif breaker.state == 'half-open' then
    -- Whoever runs a probe says so again and again: the others are lost with their workers.
    call('ZREMRANGEBYSCORE', probes, '-inf', whole(now_ms))
    if failed then
      change_to(breaker, now_ms, 'open', now_ms + open_ms)
    elseif tonumber(breaker.good) >= max_probes then
      change_to(breaker, now_ms, 'closed', 0)
    end
  elseif broken then
    change_to(breaker, now_ms, 'open', now_ms + open_ms)
  end
end
