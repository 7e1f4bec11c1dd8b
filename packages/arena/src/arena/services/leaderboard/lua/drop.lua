--- drop: take everything of the board away.
---
--- @key board       hash
--- @key entries     hash
--- @key order       zset
--- @key levels      zset
--- @key seen        hash
--- @key seen_before hash
--- @key seen_rows   hash
--- @key rebuild     string
--- @key log         list
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @key new_seen    hash
--- @return 'dropped'

call('UNLINK', board, entries, order, levels, seen, seen_before, seen_rows, rebuild, log,
  new_entries, new_order, new_levels, new_seen)
return {'dropped'}
