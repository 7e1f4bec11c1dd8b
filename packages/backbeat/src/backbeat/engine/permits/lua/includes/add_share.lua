--- add_share: let a token hold more slots and pending units.
---
--- @key meta   hash
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @field taken   slots that are held
--- @field pending units that were taken and not yet used
--- @include whole hold_for

local function add_share(permit, now_ms, token, ttl_ms, slots, units, who)
  local share = call('HGET', shares, token)
  local had, owed, rest = string.match(share or '', '^%d+|(%d+)|(%d+)|(.*)$')
  rest = rest or whole(now_ms) .. '|' .. who
  permit.taken = (tonumber(permit.taken) or 0) + slots
  permit.pending = (tonumber(permit.pending) or 0) + units
  permit.free = permit.free - slots
  call('HSET', meta, 'taken', permit.taken, 'pending', permit.pending)
  call('HSET', shares, token,
    table.concat({0, (had or 0) + slots, (owed or 0) + units, rest}, '|'))
  hold_for(permit, now_ms, token, ttl_ms)
end
