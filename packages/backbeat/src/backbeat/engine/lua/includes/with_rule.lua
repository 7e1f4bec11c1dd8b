--- with_rule: the rules of a group with another value in one of them; nil if that cannot be.

local function with_rule(text, name, value)
  local names = {'weight', 'concurrency', 'starts', 'ms', 'max_waiting', 'priority', 'paused',
    'ordered'}
  local values, found = {}, false
  for each in string.gmatch((text or ':::::::') .. ':', '([^:]*):') do
    values[#values + 1] = each
    if names[#values] == name then
      values[#values], found = value, true
    end
  end
  return found and string.find(value, '^%d*$') and table.concat(values, ':') or nil
end
