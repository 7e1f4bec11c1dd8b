--- dead_ids: the oldest jobs of a group of failures, up to `limit`, that failed up to a moment.
---
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @include whole

-- What fails again meanwhile is left alone, or there would be no end: `until_ms` is 0 at the first
-- call, and then what that one answered. Gives the ids and their places, and how the answer ends:
-- whether there may be more, and the moment.
local function dead_ids(now_ms, fingerprint, until_ms, limit)
  local bound, most, places = until_ms == 0 and now_ms or until_ms, math.min(limit, 500), {}
  local known = call('HGET', prefix .. 'dead_groups', fingerprint)
  local ids = {}
  if known and most > 0 then
    local first = tonumber(string.match(known, '^%d+')) * 4398046511104
    ids = call('ZRANGE', prefix .. 'dead', whole(first), whole(first + bound), 'BYSCORE', 'LIMIT',
      0, most)
  end
  for i = 1, #ids do
    places[ids[i]] = 'failed'
  end
  return ids, places, #ids == most and 1 or 0, whole(bound)
end
