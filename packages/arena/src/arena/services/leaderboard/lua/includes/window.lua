--- window: entries from one place to another, and the ranks of the first.
---
--- @key order  zset
--- @key levels zset
--- @include whole

local function window(known, first, last)
  local members = call('ZRANGE', order, first, last)
  local reply = {'page', whole(known.version), call('ZCARD', order), known.ranking, first, 0, 0}
  if #members > 0 then
    local above = '(' .. string.sub(members[1], 1, 20)
    reply[6] = call('ZLEXCOUNT', order, '-', above)
    reply[7] = known.dense and call('ZLEXCOUNT', levels, '-', above) or 0
  end
  for i = 1, #members do
    reply[7 + i] = members[i]
  end
  return reply
end
