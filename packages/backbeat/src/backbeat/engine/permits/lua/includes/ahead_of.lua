--- ahead_of: how many free slots are others' before it is this waiter's turn.
---
--- @key line zset waiter -> ms since when it waits
--- @key told zset waiter -> ms until which its turn lasts
--- @field lined somebody may wait
--- @include whole

-- Who was told that its turn has come has a slot waiting. Of the others, those in line can come at
-- once, so nobody overtakes them; a parked job cannot, and must not keep a free slot from others.
local function ahead_of(permit, waiter, since)
  if not permit.lined or call('ZSCORE', told, waiter) then
    return 0
  end
  local place = call('ZRANK', line, waiter) or call('ZCOUNT', line, '-inf', whole(since))
  return call('ZCARD', told) + place
end
