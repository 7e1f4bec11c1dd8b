--- head_of: what the head of a record says: priority, whether LIFO, who waits for the result.

-- A plain record begins with '0' and has no head; later versions may add fields to a head.
local function head_of(record)
  local level, flags, reply = string.match(record or '', '^x(%d+);([^;\n]*);([^;\n]*)')
  if not level then
    return 5, false, ''
  end
  return tonumber(level), string.find(flags, 'l', 1, true) ~= nil, reply
end
