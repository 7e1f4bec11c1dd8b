--- begin_rebuild: from now on log what changes, and take rows beside the board as it is.
---
--- @key board       hash
--- @key rebuild     string token of the rebuild that goes on
--- @key log         list
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @key new_seen    hash
--- @arg token   str names this rebuild; one that went on before is given up
--- @arg ttl_ms  int it is given up when nothing comes for so long
--- @return 'begun' | 'missing'
--- @include whole read_board

if not read_board() then
  return {'missing'}
end
if call('GET', rebuild) ~= token then
  call('UNLINK', log, new_entries, new_order, new_levels, new_seen)
end
call('SET', rebuild, token, 'PX', whole(ttl_ms))
return {'begun'}
