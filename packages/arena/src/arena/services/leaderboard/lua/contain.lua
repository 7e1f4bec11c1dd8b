--- contain: updates that the rows of a rebuild have already: not to be made again.
---
--- @key rebuild  string token of the rebuild that goes on
--- @key new_seen hash
--- @arg token  str the rebuild
--- @arg ttl_ms int it is given up when nothing comes for so long
--- @rest updates
--- @return 'contained' | 'lost'
--- @include prolong

if call('GET', rebuild) ~= token then
  return {'lost'}
end
for i = updates + 1, #ARGV do
  call('HSET', new_seen, ARGV[i], '')
end
prolong(ttl_ms)
return {'contained'}
