--- finish_rebuild: make logged changes again, and when none is left put the rows in place.
---
--- @key board       hash
--- @key order       zset
--- @key rebuild     string
--- @key log         list update, op, id, level, tie-break, revision
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @key new_seen    hash
--- @arg token  str the rebuild
--- @arg ttl_ms int it is given up when nothing comes for so long
--- @arg rows   int how many rows it had
--- @arg steps  int logged changes of one call
--- @return 'more', how many are left | 'swapped', version, total | 'lost' | 'full', most
---   | 'overflow', id
--- @include whole read_board next_version decide put prolong swap

local known = read_board()
if not known then
  return {'lost'}
end
if call('HGET', board, 'rebuilt') == token then
  return {'swapped', whole(known.version), call('ZCARD', order)}
end
if call('GET', rebuild) ~= token then
  return {'lost'}
end

local area = {entries = new_entries, order = new_order, levels = new_levels}
local logged = call('LRANGE', log, 0, steps * 6 - 1)
for i = 1, #logged, 6 do
  if call('HEXISTS', new_seen, logged[i]) == 0 then
    local id, old = logged[i + 2], call('HGET', new_entries, logged[i + 2])
    local new = decide({op = logged[i + 1], level = logged[i + 3], tie = logged[i + 4],
      revision = logged[i + 5]}, old)
    if not new then
      return {'overflow', id}
    end
    if new ~= (old or '') then
      put(area, id, old, new, known.dense)
    end
  end
end
call('LTRIM', log, #logged, -1)
if call('HLEN', new_entries) > known.most then
  return {'full', known.most}
end
local left = call('LLEN', log)
if left > 0 then
  prolong(ttl_ms)
  return {'more', left / 6}
end
swap()
call('HSET', board, 'rebuilt', token, 'sequence', whole(math.max(known.sequence, rows)))
return {'swapped', next_version(known), call('ZCARD', order)}
