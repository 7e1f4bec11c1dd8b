--- describe: the board itself.
---
--- @key board   hash
--- @key order   zset
--- @key rebuild string
--- @return 'board', version, total, ranking, most, remembered, 1: closed, ms until it is gone or
---   -1, 1: is being rebuilt | 'missing'
--- @include whole read_board

local known = read_board()
if not known then
  return {'missing'}
end
return {'board', whole(known.version), call('ZCARD', order), known.ranking, known.most,
  known.remembered, known.closed and 1 or 0, call('PTTL', board), call('EXISTS', rebuild)}
