--- page: entries in their order, from the top or after one of them.
---
--- @arg unless str a version: nothing is read where the board has it still
--- @arg after  str level, tie-break and id of the last one that was read; '' for the top
--- @arg count  int how many
--- @return 'page', version, total, ranking, how many are before these, how many have more points
---   than the first, how many levels are above it, then (level, tie-break, id)* | 'same', version | 'missing'
--- @include whole read_board window

local known = read_board()
if not known then
  return {'missing'}
end
if whole(known.version) == unless then
  return {'same', unless}
end
local first = after == '' and 0 or call('ZLEXCOUNT', order, '-', '[' .. after)
return window(known, first, first + count - 1)
