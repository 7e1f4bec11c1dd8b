--- scale: let there be so many slots whatever is asked for, until that is taken back.
---
--- @key scaled string slots that there are, whatever is asked for
--- @arg at_ms    int the time, 0 for the server's
--- @arg most     int slots that there are, 0: as declared
--- @arg declared int what that is, 0: who asks next says it
--- @return now_ms, jobs whose turn has come*
--- @include now whole read_permit even_when_full sweep set_max tell_next with_jobs

local now_ms, now_us = now(at_ms)
local permit = read_permit(now_us)
even_when_full()
sweep(permit, now_ms)
if most > 0 then
  call('SET', scaled, whole(most))
else
  call('DEL', scaled)
end
local max = most > 0 and most or declared
if max > 0 then
  set_max(permit, max)
end
return with_jobs({whole(now_ms)}, tell_next(permit, now_ms))
