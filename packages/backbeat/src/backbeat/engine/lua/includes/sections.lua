--- sections: where the parts of a variable tail begin: a count, then that many rows, and so on.

-- Nil when they do not add up: that has to be known before the first write.
local function sections(at, ...)
  local found = {}
  for i, width in ipairs({...}) do
    local count = tonumber(ARGV[at + 1])
    if not count or count < 0 or count > 1000 then
      return nil
    end
    found[i] = {at = at + 1, count = count, width = width}
    at = at + 1 + count * width
  end
  return at == #ARGV and found or nil
end
