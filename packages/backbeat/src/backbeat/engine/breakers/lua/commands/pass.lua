--- pass: count the calls that have ended, and say which may be made.
---
--- @arg at_ms      int the time, 0 for the server's
--- @arg sid        str the session that calls
--- @arg number     int the number of its call
--- @arg rate       int failures in a million calls at which it opens
--- @arg min_calls  int calls in the window below which it never opens
--- @arg window_ms  int how long a call counts
--- @arg open_ms    int how long it stays open
--- @arg max_probes int calls that have to end well before it closes
--- @arg hold_ms    int how long a probe is waited for that nobody extends
--- @field state open or half-open; without it the breaker is closed
--- @field epoch rises with each change of the state
--- @rest tail n, (epoch, well, failed)* calls; n, (token, well|failed|none)* probes that ended;
---   n, token* probes that go on; n, token* that want to call
--- @return state, epoch, how many may call: the first ones; of the others, how many come back at
---   the first of two times, and these times; now_ms
--- @code BB_BAD_CALL the tail does not add up
--- @include now whole replay answer refuse sections even_when_full read_breaker learn_rules
--- @include end_probes extend_probes count_calls move_on admit outlive forget_sessions_soon

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local parts = sections(tail, 3, 2, 1, 1)
if not parts then
  return refuse('BB_BAD_CALL', 'the parts of a pass do not add up')
end

even_when_full()
local breaker = read_breaker()
learn_rules(breaker, {rate, min_calls, window_ms, open_ms, max_probes})
local failed = end_probes(breaker, parts[2])
extend_probes(parts[3], now_ms + hold_ms)
local well, bad = count_calls(breaker, now_ms, window_ms, parts[1])
local broken = well + bad >= min_calls and bad * 1000000 >= rate * (well + bad)
move_on(breaker, now_ms, failed, broken, open_ms, max_probes)
local granted, early, first, later = admit(breaker, now_ms, parts[4], open_ms, max_probes, hold_ms)
outlive(now_ms, window_ms)
local told = answer(sid, number, now_ms, breaker.state or 'closed', breaker.epoch or '0',
  whole(granted), whole(early), whole(first), whole(later), whole(now_ms))
forget_sessions_soon()
return told
