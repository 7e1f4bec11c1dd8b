--- silenced: whether somebody asked not to be told of an alert: of all, of its rule, or of it.
---
--- @key silences hash pattern -> until ms|words

local function silenced(now_ms, key)
  local rule = string.match(key, '^[^|]*')
  for _, found in ipairs(call('HMGET', silences, '*', rule, key)) do
    if found and (tonumber(string.match(found, '^%d+')) or 0) > now_ms then
      return true
    end
  end
  return false
end
