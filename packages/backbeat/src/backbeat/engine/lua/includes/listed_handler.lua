--- listed_handler: the name under which a handler stands in a table of measurements.

-- Names come from producers, too. A table has room for so many; those that come later are `other`.
local function listed_handler(key, handler)
  local names = call('HGET', key, 'names') or ''
  if handler == '*' or handler == '=' or handler == 'other'
    or string.find(',' .. names .. ',', ',' .. handler .. ',', 1, true) then
    return handler
  end
  local _, count = string.gsub(names, '[^,]+', '')
  if count >= 30 then
    return 'other'
  end
  call('HSET', key, 'names', names == '' and handler or names .. ',' .. handler)
  return handler
end
