--- swap: the rows of the rebuild are the entries from now on.
---
--- @key board       hash
--- @key entries     hash
--- @key order       zset
--- @key levels      zset
--- @key seen_rows   hash
--- @key rebuild     string
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @key new_seen    hash
--- @include whole expire

local function swap()
  -- Unlinked first: a rename over a large key would free it here and now.
  call('UNLINK', entries, order, levels, seen_rows, rebuild)
  for new, live in pairs({[new_entries] = entries, [new_order] = order, [new_levels] = levels,
    [new_seen] = seen_rows}) do
    if call('EXISTS', new) == 1 then
      call('PERSIST', new)
      call('RENAME', new, live)
    end
  end
  local left_ms = call('PTTL', board)
  if left_ms >= 0 then
    expire(whole(left_ms))
  end
end
