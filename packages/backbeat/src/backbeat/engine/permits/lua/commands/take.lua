--- take: take units of a rate and slots of a limit, and settle those that were taken before.
---
--- @key meta   hash
--- @key scaled string slots that there are, whatever `max` says
--- @arg at_ms   int the time, 0 for the server's
--- @arg sid     str the session that calls
--- @arg number  int the number of its call
--- @arg token   str whose share it is, and its name in the line
--- @arg spent   int pending units that were used
--- @arg unspent int pending units that were not
--- @arg freed   int slots that are given back
--- @arg want    int units to take, 0 for none
--- @arg need    int the fewest that are of use
--- @arg slots   int slots to take, 0 for none
--- @arg pending int 1: whether the units are used is told later
--- @arg stay    int 1: join the line if there is nothing
--- @arg since   int ms since when it waits, 0: from now on
--- @arg ttl_ms  int how long a share is kept without being extended
--- @arg max     int slots that there are, 0: no limit
--- @arg rate    int units in `per`, 0: no limit
--- @arg per     int µs
--- @arg kind    str sliding or bucket
--- @arg burst   int units that a bucket holds
--- @arg who     str about the holder, for people
--- @field paused ms until which nothing is given
--- @return units, slots, when to look again ms, now_ms, jobs whose turn has come*
--- @code BB_STALE_CALL a later call of this session was made already; nothing is done
--- @include now whole recall remember read_permit even_when_full sweep set_max set_rate
--- @include settle_share ahead_of units_ahead units_free units_at add_share leave_line look_again
--- @include join tell_next spend with_jobs forget_sessions_soon

local now_ms, now_us = now(at_ms)
local before, stale = recall(sid, number)
if stale then
  return stale
end
if before then
  return {before[1], before[2], before[3], whole(now_ms)}
end
local permit = read_permit(now_us)
even_when_full()
sweep(permit, now_ms)
if max > 0 then
  set_max(permit, tonumber(call('GET', scaled)) or max)
end
set_rate(permit, rate, per, kind, burst)
settle_share(permit, token, spent, unspent, freed)

since = since > 0 and since or now_ms
local ahead, ahead_units = ahead_of(permit, token, since), units_ahead(permit, token, since)
local room = max > 0 and math.min(permit.free - ahead, slots) or slots
local units = rate > 0 and math.min(units_free(permit) - ahead_units, want) or want
local paused, again = tonumber(permit.paused) or 0, 0
local few, full = units < need, slots > 0 and room < 1
if few or full or paused > now_ms then
  again = math.max(few and units_at(permit, ahead_units + need) or 0,
    full and look_again(permit, now_ms, ahead) or 0, paused, now_ms + 1)
  units, room = 0, 0
  if want > 0 and stay == 1 then
    again = join(permit, now_ms, token, since, again, ttl_ms, false, full and need or need .. 'u')
  end
elseif want > 0 then
  leave_line(permit, token)
  if pending == 1 or room > 0 then
    add_share(permit, now_ms, token, ttl_ms, room, pending == 1 and units or 0, who)
  end
  if pending == 0 then
    spend(permit, units)
  end
end
local jobs = tell_next(permit, now_ms)
remember(sid, number, now_ms, whole(units), whole(room), whole(again))
forget_sessions_soon()
local stay_ms = math.max(ttl_ms, per / 1000, again - now_ms) + 3600000
call('PEXPIRE', meta, whole(math.max(call('PTTL', meta), stay_ms)))
return with_jobs({whole(units), whole(room), whole(again), whole(now_ms)}, jobs)
