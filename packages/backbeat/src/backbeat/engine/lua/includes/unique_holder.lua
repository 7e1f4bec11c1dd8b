--- unique_holder: who holds a unique key: id, ms, mode, and the job that comes after it; nil if
---   nobody does.
---
--- @dynamic unique hash, key -> id|ms|mode|next id
--- @key jobs hash

-- The ms are when a period ends, or when a debounce began. A job that is gone holds nothing, but a
-- period goes on.
local function unique_holder(now_ms, key)
  local entry = call('HGET', prefix .. 'unique', key) or ''
  local id, ms, mode, following = string.match(entry, '^([^|]*)|(%d+)|(%a)|([^|]*)$')
  if not id then
    return nil
  end
  local held = mode == 't' and tonumber(ms) > now_ms
  if mode ~= 't' then
    held = call('HEXISTS', jobs, id) == 1
  end
  if held then
    return {id = id, ms = tonumber(ms), mode = mode, following = following}
  end
  return nil
end
