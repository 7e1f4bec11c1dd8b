--- settle_share: count pending units of a share as used or not, and take slots of it back.
---
--- @key meta   hash
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @key held   zset token -> end ms
--- @field lined   somebody may wait
--- @field taken   slots that are held
--- @field pending units that were taken and not yet used
--- @include spend wait_for wake_waiter

-- A share that has run out was settled then: whoever comes late changes nothing.
local function settle_share(permit, token, spent, unspent, freed)
  if spent + unspent + freed == 0 then
    return
  end
  local share = call('HGET', shares, token)
  local fence, slots, pending, rest = string.match(share or '', '^(%d+)|(%d+)|(%d+)|(.*)$')
  if not fence then
    return
  end
  spent = math.min(spent, tonumber(pending))
  unspent = math.min(unspent, pending - spent)
  freed = math.min(freed, tonumber(slots))
  pending, slots = pending - spent - unspent, slots - freed
  permit.pending = (tonumber(permit.pending) or 0) - spent - unspent
  permit.taken = (tonumber(permit.taken) or 0) - freed
  permit.free = permit.free + freed
  call('HSET', meta, 'pending', permit.pending, 'taken', permit.taken)
  spend(permit, spent)
  if unspent > 0 and permit.lined then
    -- Nobody's clock knows of these: who comes next looks at once.
    local next = wait_for('units')[1]
    if next and next.name ~= token then
      wake_waiter(next.name)
    end
  end
  if pending + slots == 0 then
    call('HDEL', shares, token)
    call('ZREM', held, token)
  else
    call('HSET', shares, token, table.concat({fence, slots, pending, rest}, '|'))
  end
end
