--- with_priority: a record with another priority, else as it was.

local function with_priority(record, level, flags)
  local head, body = string.match(record, '^x([^\n]*)\n(.*)$')
  local others = head and string.match(head, '^[^;]*;[^;]*;(.*)$') or ''
  body = body or string.sub(record, 2)
  if level == 5 and flags == '' and others == '' then
    return '0' .. body
  end
  return 'x' .. level .. ';' .. flags .. ';' .. others .. '\n' .. body
end
