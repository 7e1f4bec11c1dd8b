--- unique_fault: what is wrong with a unique key, nil for nothing; and who comes after its holder.
---
--- @key jobs      hash
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @dynamic unique       hash, key -> id|ms|mode|next id
--- @dynamic unique_until zset, key -> ms
--- @include head_of unique_rule

local function unique_fault(key)
  local entry = call('HGET', prefix .. 'unique', key)
  local limit = call('ZSCORE', prefix .. 'unique_until', key)
  if not entry then
    return limit and 'no holder' or nil, ''
  end
  local id, _, mode, following = string.match(entry, '^([^|]*)|(%d+)|(%a)|([^|]*)$')
  if not id then
    return 'lost holder', ''
  end
  if mode == 't' then
    return not limit and 'no period' or nil, ''
  end
  local _, _, _, _, _, field = head_of(call('HGET', jobs, id))
  local _, _, own = unique_rule(field)
  local ended = call('ZSCORE', completed, id) or call('ZSCORE', failed, id)
    or call('ZSCORE', cancelled, id)
  local lost = own ~= key or (ended and mode ~= 'g')
  return lost and 'lost holder' or nil, following
end
