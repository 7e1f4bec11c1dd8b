--- recall: version and number of changes of an update that was made before, nil if it was not.
---
--- @key seen        hash update -> version|changed
--- @key seen_before hash update -> version|changed: the generation before
--- @key seen_rows   hash update -> '': those that the rows of the last rebuild had already

local function recall(update, known)
  local made = call('HGET', seen, update) or call('HGET', seen_before, update)
  if made then
    return string.match(made, '^(%d+)|(%d+)$')
  end
  if call('HEXISTS', seen_rows, update) == 1 then
    return string.format('%.0f', known.version), '0'
  end
  return nil
end
