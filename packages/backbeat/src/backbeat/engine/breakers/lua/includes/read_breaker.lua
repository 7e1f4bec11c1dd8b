--- read_breaker: the fields of `meta` that this script's files declare, by name.
---
--- @key meta hash state, epoch, rules

local function read_breaker()
  local breaker = {}
  local values = call('HMGET', meta, unpack(fields))
  for i = 1, #fields do
    breaker[fields[i]] = values[i]
  end
  return breaker
end
