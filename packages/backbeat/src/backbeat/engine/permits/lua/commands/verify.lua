--- verify: whether the numbers of a lock or limit agree with its holders, and put them right.
---
--- @key meta   hash
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @arg at_ms  int the time, 0 for the server's
--- @arg repair int 1: put it right
--- @return what is or was wrong: lost share, taken, pending, fence
--- @field fence the last one
--- @include now read_permit even_when_full permit_faults whole

local _, now_us = now(at_ms)
local permit = read_permit(now_us)
local found, sums, alone = permit_faults(permit)
if repair == 0 or #found == 0 then
  return found
end
even_when_full()
if #alone > 0 then
  call('HDEL', shares, unpack(alone))
end
local fence = math.max(sums.fence, tonumber(permit.fence) or 0)
call('HSET', meta, 'taken', whole(sums.taken), 'pending', whole(sums.pending))
call('HSET', meta, 'fence', whole(fence))
return found
