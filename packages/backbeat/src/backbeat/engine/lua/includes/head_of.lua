--- head_of: the head of a record: priority, LIFO, who waits for the result, group, cost, unique.

-- A plain record begins with '0' and has no head. The last three may be missing, and later versions
-- may add more.
local function head_of(record)
  local level, flags, reply, group, cost, unique = string.match(record or '',
    '^x(%d+);([^;\n]*);([^;\n]*);?([^;\n]*);?([^;\n]*);?([^;\n]*)')
  if not level then
    return 5, false, '', '', 1, ''
  end
  local lifo = string.find(flags, 'l', 1, true) ~= nil
  return tonumber(level), lifo, reply, group, tonumber(cost) or 1, unique
end
