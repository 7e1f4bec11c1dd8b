--- set_rate: let there be so many units in a time; who asks last says how many.
---
--- @key meta hash
--- @key log  list us:units, the oldest first
--- @field rate  units in `per`
--- @field per   µs
--- @field kind  sliding or bucket
--- @field burst units that a bucket holds
--- @field tat   µs at which a bucket is full again
--- @field used  units in the log
--- @include whole

-- What was spent under one kind counts under the other: nothing is forgotten by a change.
local function set_rate(permit, rate, per, kind, burst)
  if rate == 0 or (tonumber(permit.rate) == rate and tonumber(permit.per) == per
    and permit.kind == kind and tonumber(permit.burst) == burst) then
    return
  end
  if permit.kind and permit.kind ~= kind then
    if kind == 'bucket' then
      permit.tat = whole(permit.us + math.ceil(burst * per / rate))
      permit.used = 0
      call('UNLINK', log)
    else
      call('RPUSH', log, whole(permit.us) .. ':' .. rate)
      permit.used = rate
      permit.tat = '0'
    end
    call('HSET', meta, 'tat', permit.tat, 'used', permit.used)
    call('PEXPIRE', log, whole(per / 1000 + 3600000))
  end
  permit.rate, permit.per, permit.kind, permit.burst = rate, per, kind, burst
  call('HSET', meta, 'rate', rate, 'per', whole(per), 'kind', kind, 'burst', burst)
end
