--- hold: take a slot of a lock or semaphore, or get in line for one.
---
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @key held   zset token -> end ms
--- @key parked zset queue|id of a job -> ms since when it waits
--- @arg at_ms  int the time, 0 for the server's
--- @arg token  str names this hold, for ever
--- @arg waiter str its name in the line; that of a job is queue|id
--- @arg mode   str take: at once or not; stay: or join the line; park: only join it, for a job
--- @arg ttl_ms int how long it is held without being extended
--- @arg max    int slots that there are
--- @arg since  int ms since when it waits, 0: from now on
--- @arg who    str about the holder, for people
--- @field lined somebody may wait
--- @return held, free (to be taken, nothing joined) or busy; fence; end of the hold, or when to
---   look again; now_ms; how many parked jobs wait for longer; jobs whose turn has come*
--- @code BB_STALE_CALL this hold was given up already
--- @include now whole refuse read_permit is_given_up even_when_full sweep set_max ahead_of grant
--- @include join look_again tell_next with_jobs

local now_ms, now_us = now(at_ms)
local permit = read_permit(now_us)
if is_given_up(permit, now_ms, token) then
  return refuse('BB_STALE_CALL', 'this hold was given up already')
end
local ends = call('ZSCORE', held, token)
if ends and tonumber(ends) > now_ms then
  local fence = string.match(call('HGET', shares, token) or '', '^%d+')
  return {'held', fence, ends, whole(now_ms), 0}
end

even_when_full()
sweep(permit, now_ms)
set_max(permit, max)
since = since > 0 and since or now_ms
local ahead = ahead_of(permit, waiter, since)
local reply
if permit.free <= ahead then
  local again = look_again(permit, now_ms, ahead)
  if mode ~= 'take' then
    again = join(permit, now_ms, waiter, since, again, ttl_ms, mode == 'park')
  end
  local jobs_before = permit.lined and call('ZCOUNT', parked, '-inf', '(' .. whole(since)) or 0
  reply = {'busy', '0', whole(again), whole(now_ms), jobs_before}
elseif mode == 'park' then
  reply = {'free', '0', '0', whole(now_ms), 0}
else
  local fence = grant(permit, now_ms, now_us, token, waiter, ttl_ms, who)
  reply = {'held', fence, whole(now_ms + ttl_ms), whole(now_ms), 0}
end
return with_jobs(reply, tell_next(permit, now_ms))
