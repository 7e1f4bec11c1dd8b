--- units_free: how many units of a rate may be taken now.
---
--- @field rate    units in `per`
--- @field per     µs
--- @field kind    sliding or bucket
--- @field burst   units that a bucket holds
--- @field tat     µs at which a bucket is full again
--- @field used    units in the log
--- @field pending units that were taken and not yet used
--- @field paused  ms until which nothing is given
--- @include forget_spent

-- Pending units count in full: when they are used nobody knows yet, and it may be in this moment.
local function units_free(permit)
  if (tonumber(permit.paused) or 0) * 1000 > permit.us then
    return 0
  end
  local rate, per = tonumber(permit.rate), tonumber(permit.per)
  local taken = tonumber(permit.pending) or 0
  if permit.kind == 'bucket' then
    local owed = math.max((tonumber(permit.tat) or 0) - permit.us, 0)
    return math.floor((permit.burst * per - owed * rate) / per) - taken
  end
  forget_spent(permit)
  return rate - (tonumber(permit.used) or 0) - taken
end
