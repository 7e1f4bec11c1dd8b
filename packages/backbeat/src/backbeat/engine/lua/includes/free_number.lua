--- free_number: a number that no worker has.
---
--- @key meta    hash
--- @key workers hash
--- @key active  zset
--- @include ticket_range

local function free_number()
  local number = call('HINCRBY', meta, 'wn', 1)
  if number < 2097152 then
    return number
  end
  -- Higher ones make tickets that a score cannot hold exactly: look for one that is free again.
  number = 1
  while call('HEXISTS', workers, number) == 1 or call('ZCOUNT', active, ticket_range(number)) > 0 do
    number = number + 1
  end
  return number
end
