--- units_at: in which ms so many units come free, if nobody else takes them.
---
--- @key log list us:units, the oldest first
--- @field rate    units in `per`
--- @field per     µs
--- @field kind    sliding or bucket
--- @field burst   units that a bucket holds
--- @field tat     µs at which a bucket is full again
--- @field used    units in the log
--- @field pending units that were taken and not yet used
--- @field paused  ms until which nothing is given

local function units_at(permit, units)
  local rate, per = tonumber(permit.rate), tonumber(permit.per)
  local taken, at = tonumber(permit.pending) or 0, permit.us
  if permit.kind == 'bucket' then
    local full = math.max(tonumber(permit.tat) or 0, permit.us)
    at = full + math.ceil((units + taken - permit.burst) * per / rate)
  else
    -- Those before take theirs as they come free, so more than a window's worth takes windows.
    local windows = math.floor((units - 1) / rate)
    local lacking = units - windows * rate - (rate - (tonumber(permit.used) or 0) - taken)
    if lacking > 0 then
      at = permit.us + per + 1
      for _, entry in ipairs(call('LRANGE', log, 0, 999)) do
        local since, freed = string.match(entry, '^(%d+):(%d+)$')
        lacking = lacking - tonumber(freed)
        if lacking <= 0 then
          at = tonumber(since) + per
          break
        end
      end
    end
    at = at + windows * per
  end
  return math.max(math.ceil(at / 1000), tonumber(permit.paused) or 0)
end
