--- around: an entry, and those next to it.
---
--- @key entries hash
--- @arg id    str whose
--- @arg reach int how many before it, and as many after it
--- @return as `page` | 'absent', version | 'missing'
--- @include whole read_board window

local known = read_board()
if not known then
  return {'missing'}
end
local entry = call('HGET', entries, id)
if not entry then
  return {'absent', whole(known.version)}
end
local place = call('ZRANK', order, string.sub(entry, 1, 36) .. id)
return window(known, math.max(0, place - reach), place + reach)
