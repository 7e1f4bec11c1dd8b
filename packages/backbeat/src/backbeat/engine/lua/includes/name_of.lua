--- name_of: the name of a job's handler, out of its record.

-- The JSON begins after the `0` of a plain record, or after the line break that ends a head.
local function name_of(record)
  return string.match(record or '', '^0%["([%w._-]+)"')
    or string.match(record or '', '\n%["([%w._-]+)"') or ''
end
