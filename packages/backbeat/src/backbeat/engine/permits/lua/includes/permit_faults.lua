--- permit_faults: what is wrong with the numbers of a name, and what they should be.
---
--- @key held   zset token -> end ms
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @field taken   slots that are held
--- @field pending units that were taken and not yet used
--- @field fence   the last one

-- Two holders of one slot are worse than a slot that nobody gets: who is in `held` and has no share
-- counts as the holder of one slot until its time is over.
local function permit_faults(permit)
  local found, sums, alone = {}, {taken = call('ZCARD', held), pending = 0, fence = 0}, {}
  local entries = call('HGETALL', shares)
  for i = 1, #entries, 2 do
    local fence, slots, pending = string.match(entries[i + 1], '^(%d+)|(%d+)|(%d+)|')
    if not fence or not call('ZSCORE', held, entries[i]) then
      alone[#alone + 1] = entries[i]
    else
      sums.taken, sums.pending = sums.taken + slots - 1, sums.pending + pending
      sums.fence = math.max(sums.fence, tonumber(fence))
    end
  end
  local function say(wrong, what)
    if wrong then
      found[#found + 1] = what
    end
  end
  say(#alone > 0, 'lost share')
  say((tonumber(permit.taken) or 0) ~= sums.taken, 'taken')
  say((tonumber(permit.pending) or 0) ~= sums.pending, 'pending')
  say((tonumber(permit.fence) or 0) < sums.fence, 'fence')
  return found, sums, alone
end
