--- drop_holders: take slots back from holders.
---
--- @key held   zset token -> end ms
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @key meta   hash
--- @field taken   slots that are held
--- @field pending units that were taken and not yet used
--- @include spend

local function drop_holders(permit, tokens)
  if #tokens == 0 then
    return
  end
  local freed, owed = 0, 0
  for _, share in ipairs(call('HMGET', shares, unpack(tokens))) do
    local slots, units = string.match(share or '', '^%d+|(%d+)|(%d+)|')
    freed = freed + (tonumber(slots) or 0)
    owed = owed + (tonumber(units) or 0)
  end
  call('ZREM', held, unpack(tokens))
  call('HDEL', shares, unpack(tokens))
  permit.taken = math.max((tonumber(permit.taken) or 0) - freed, 0)
  permit.free = permit.free + freed
  call('HSET', meta, 'taken', permit.taken)
  if owed > 0 then
    -- Until now they may have been used at any time.
    permit.pending = math.max((tonumber(permit.pending) or 0) - owed, 0)
    call('HSET', meta, 'pending', permit.pending)
    spend(permit, owed)
  end
end
