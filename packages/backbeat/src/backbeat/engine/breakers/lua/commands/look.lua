--- look: what a breaker does, and why.
---
--- @key probes zset token -> ms until which its outcome is waited for
--- @arg at_ms int the time, 0 for the server's
--- @field state open or half-open; without it the breaker is closed
--- @field since ms of the last change
--- @field until ms at which it becomes half-open, 0 for never
--- @field good  probes that ended well
--- @field rules rate:min_calls:window_ms:open_ms:probes
--- @return state, since, until, well, failed, probes that ended well, probes that run, rules,
---   now_ms
--- @include now whole read_breaker sum_calls

local now_ms = now(at_ms)
local breaker = read_breaker()
local window_ms = tonumber(string.match(breaker.rules or '', '^%d+:%d+:(%d+)')) or 0
local well, bad = sum_calls(now_ms, window_ms)
local state, ends = breaker.state or 'closed', tonumber(breaker['until']) or 0
if state == 'open' and ends > 0 and ends <= now_ms then
  state = 'half-open'
end
return {
  state,
  breaker.since or '0',
  breaker['until'] or '0',
  whole(well),
  whole(bad),
  state == 'half-open' and breaker.good or '0',
  call('ZCOUNT', probes, whole(now_ms), '+inf'),
  breaker.rules or '',
  whole(now_ms),
}
