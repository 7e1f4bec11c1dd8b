--- prolong: something came for the rebuild, so what it keeps lasts for longer.
---
--- @key rebuild     string
--- @key log         list
--- @key new_entries hash
--- @key new_order   zset
--- @key new_levels  zset
--- @key new_seen    hash
--- @include whole

local function prolong(ttl_ms)
  for _, key in ipairs({rebuild, log, new_entries, new_order, new_levels, new_seen}) do
    call('PEXPIRE', key, whole(ttl_ms))
  end
end
