--- standings: where some entries are.
---
--- @key entries hash
--- @key order   zset
--- @key levels  zset
--- @rest ids
--- @return 'standings', version, total, ranking, then for each: level and tie-break or '', how many are
---   before it, how many have more points, how many levels are above | 'missing'
--- @include whole read_board

local known = read_board()
if not known then
  return {'missing'}
end
local reply = {'standings', whole(known.version), call('ZCARD', order), known.ranking}
for i = ids + 1, #ARGV do
  local entry = call('HGET', entries, ARGV[i])
  local at = #reply
  if entry then
    local key = string.sub(entry, 1, 36)
    local above = '(' .. string.sub(entry, 1, 20)
    reply[at + 1] = key
    reply[at + 2] = call('ZRANK', order, key .. ARGV[i])
    reply[at + 3] = call('ZLEXCOUNT', order, '-', above)
    reply[at + 4] = known.dense and call('ZLEXCOUNT', levels, '-', above) or 0
  else
    reply[at + 1], reply[at + 2], reply[at + 3], reply[at + 4] = '', 0, 0, 0
  end
end
return reply
