--- close: let nothing change any more, and everything end after a time.
---
--- @key board hash
--- @arg keep_ms int how long it can be read from now on, -1: until it is dropped
--- @return 'closed', version | 'missing'
--- @include whole read_board next_version expire

local known = read_board()
if not known then
  return {'missing'}
end
if known.closed then
  return {'closed', whole(known.version)}
end
call('HSET', board, 'closed', '1')
local version = next_version(known)
if keep_ms >= 0 then
  expire(whole(keep_ms))
end
return {'closed', version}
