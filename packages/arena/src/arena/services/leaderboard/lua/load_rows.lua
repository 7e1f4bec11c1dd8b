--- load_rows: rows of a rebuild.
---
--- @key rebuild     string token of the rebuild that goes on
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @arg token  str the rebuild
--- @arg ttl_ms int it is given up when nothing comes for so long
--- @rest rows (id, level, tie-break, revision)*
--- @return 'loaded', how many there are | 'lost' | 'full', most
--- @include read_board put prolong

local known = read_board()
if not known or call('GET', rebuild) ~= token then
  return {'lost'}
end
local area = {entries = new_entries, order = new_order, levels = new_levels}
for i = rows + 1, #ARGV, 4 do
  local new = ARGV[i + 1] .. ARGV[i + 2] .. ARGV[i + 3]
  put(area, ARGV[i], call('HGET', new_entries, ARGV[i]), new, known.dense)
end
prolong(ttl_ms)
local count = call('HLEN', new_entries)
if count > known.most then
  return {'full', known.most}
end
return {'loaded', count}
