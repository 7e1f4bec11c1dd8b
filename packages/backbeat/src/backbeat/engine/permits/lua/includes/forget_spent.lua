--- forget_spent: take out of the log what has left the window.
---
--- @key meta hash
--- @key log  list us:units, the oldest first
--- @field per  µs
--- @field used units in the log

-- At most 1,000 entries a call: what is left counts for too long, never for too short. Entries that
-- lie ahead, because the clock was set back, count from now on.
local function forget_spent(permit)
  local used = tonumber(permit.used) or 0
  if used == 0 then
    return
  end
  local edge, gone, done = permit.us - tonumber(permit.per), 0, false
  while not done and gone < 1000 do
    local some = call('LRANGE', log, gone, gone + 99)
    done = #some < 100
    for _, entry in ipairs(some) do
      local at, units = string.match(entry, '^(%d+):(%d+)$')
      if tonumber(at) > edge then
        done = true
        break
      end
      gone, used = gone + 1, used - tonumber(units)
    end
  end
  if gone > 0 then
    call('LTRIM', log, gone, -1)
  end
  local ahead, latest = 0, call('LRANGE', log, -1, -1)[1]
  while latest and tonumber(string.match(latest, '^%d+')) > permit.us do
    ahead = ahead + tonumber(string.match(latest, '%d+$'))
    call('RPOP', log)
    latest = call('LRANGE', log, -1, -1)[1]
  end
  if ahead > 0 then
    call('RPUSH', log, string.format('%.0f:%d', permit.us, ahead))
  end
  if gone > 0 then
    permit.used = used
    call('HSET', meta, 'used', used)
  end
end
