--- sums_of: the numbers that `meta` keeps, and what they should be: name, noted, counted, ...
---
--- @key meta       hash
--- @key gone       hash
--- @key kept_sizes hash
--- @key expiring   zset
--- @dynamic group_names zset, names
--- @dynamic group:<name> zset id -> rank
--- @include final_code

-- What has more than 5,000 members is not added up: it would hold the server for too long.
local function sums_of()
  local found = {}
  local function compare(name, counted)
    local noted = tonumber(call('HGET', meta, name)) or 0
    table.insert(found, {name, noted, counted})
  end
  local function added(values)
    local sum = 0
    for i = 1, #values do
      sum = sum + (tonumber(values[i]) or 0)
    end
    return sum
  end
  if call('HLEN', gone) <= 5000 then
    compare('tomb', added(call('HVALS', gone)))
  end
  if call('HLEN', kept_sizes) <= 5000 then
    compare('kept_bytes', added(call('HVALS', kept_sizes)))
  end
  if call('ZCARD', expiring) <= 5000 then
    local own = {[0] = 0, 0, 0}
    local scored = call('ZRANGE', expiring, 0, -1, 'WITHSCORES')
    for i = 2, #scored, 2 do
      local code = tonumber(scored[i]) % 4
      own[code] = own[code] + 1
    end
    for _, state in ipairs({'completed', 'failed', 'cancelled'}) do
      compare('own_' .. state, own[final_code(state)])
    end
  end
  if call('ZCARD', prefix .. 'group_names') <= 5000 then
    local waits = 0
    for _, name in ipairs(call('ZRANGE', prefix .. 'group_names', 0, -1)) do
      waits = waits + call('ZCARD', prefix .. 'group:' .. name)
    end
    compare('grouped', waits)
  end
  return found
end
