--- spend: count units of a rate as used now.
---
--- @key meta hash
--- @key log  list us:units, the oldest first
--- @field rate units in `per`
--- @field per  µs
--- @field kind sliding or bucket
--- @field tat  µs at which a bucket is full again
--- @field used units in the log
--- @include whole

local function spend(permit, units)
  if units <= 0 or not permit.rate then
    return
  end
  local per = tonumber(permit.per)
  if permit.kind == 'bucket' then
    local full = math.max(tonumber(permit.tat) or 0, permit.us)
    permit.tat = whole(full + math.ceil(units * per / tonumber(permit.rate)))
    call('HSET', meta, 'tat', permit.tat)
  else
    permit.used = (tonumber(permit.used) or 0) + units
    call('RPUSH', log, whole(permit.us) .. ':' .. whole(units))
    call('HSET', meta, 'used', permit.used)
    call('PEXPIRE', log, whole(per / 1000 + 3600000))
  end
end
