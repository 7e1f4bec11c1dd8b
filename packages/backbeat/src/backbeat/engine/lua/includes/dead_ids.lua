--- dead_ids: the oldest jobs of a group of failures, at most `most`, that failed up to a moment.
---
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @include whole

local function dead_ids(fingerprint, until_ms, most)
  local known = call('HGET', prefix .. 'dead_groups', fingerprint)
  if not known or most <= 0 then
    return {}
  end
  local first = tonumber(string.match(known, '^%d+')) * 4398046511104
  return call('ZRANGE', prefix .. 'dead', whole(first), whole(first + until_ms), 'BYSCORE', 'LIMIT',
    0, most)
end
