--- open: let there be a board with these rules.
---
--- @key board hash
--- @arg ranking    str competition, dense or ordinal
--- @arg most       int entries that it may have
--- @arg remembered int updates that are known at least
--- @return 'opened' or 'other': there is one with other rules; its version
--- @include whole read_board next_version

local known = read_board()
if known then
  local rules = call('HMGET', board, 'ranking', 'most', 'remembered')
  local same = rules[1] == ranking and tonumber(rules[2]) == most
    and tonumber(rules[3]) == remembered
  return {same and 'opened' or 'other', whole(known.version)}
end
call('HSET', board, 'ranking', ranking, 'most', whole(most), 'remembered', whole(remembered),
  'sequence', '0')
return {'opened', next_version(nil)}
