--- flow_fault: whether the record of a flow agrees with itself; and what its jobs say it should be.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters

-- One of more than 10,000 jobs is not read: it would hold the server for too long.
local function flow_fault(id)
  local flow = prefix .. 'flow:' .. id
  if call('EXISTS', flow) == 0 or call('HLEN', flow) > 20020 then
    return nil
  end
  local fields, noted, wrong = call('HGETALL', flow), {}, false
  local counted = {total = 0, open = 0, completed = 0, failed = 0, cancelled = 0, removed = 0,
    undone = 0}
  for i = 1, #fields, 2 do
    noted[fields[i]] = fields[i + 1]
  end
  local at = {}
  for name, entry in pairs(noted) do
    local position, state = string.match(entry, '^(%d+)|[^|]*|(%a+)|%d+|')
    -- At 0 stands one whose end was told before it was entered: it does not count yet.
    if position and position ~= '0' and string.find(name, '!', 1, true) then
      counted.total = counted.total + 1
      counted[state] = (counted[state] or 0) + 1
      at['#' .. position] = name
    end
  end
  for name, count in pairs(counted) do
    wrong = wrong or (tonumber(noted[name]) or 0) ~= count
  end
  for place, name in pairs(at) do
    wrong = wrong or noted[place] ~= name
  end
  local over = counted.total > 0 and counted.open == 0
  return (wrong or over ~= (noted.ended ~= nil)) and 'flow record' or nil, counted, at, over
end
