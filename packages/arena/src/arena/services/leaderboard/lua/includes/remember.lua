--- remember: that an update was made; at least the last `remembered` ones are known.
---
--- @key seen        hash
--- @key seen_before hash

local function remember(update, version, changed, known)
  call('HSET', seen, update, version .. '|' .. changed)
  if call('HLEN', seen) >= known.remembered then
    call('UNLINK', seen_before)
    call('RENAME', seen, seen_before)
  end
end
