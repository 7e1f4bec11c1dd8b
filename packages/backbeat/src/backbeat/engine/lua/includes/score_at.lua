--- score_at: the score of a job in its place: ticket, due ms, end ms or rank; '' in a list.
---
--- @key active    zset
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @key delayed   zset
--- @key priority  zset
--- @key draining  zset
--- @dynamic waiting_children zset id -> ms, since when it waits

local function score_at(place, id)
  if place == 'active' then return call('ZSCORE', active, id) end
  if place == 'completed' then return call('ZSCORE', completed, id) end
  if place == 'failed' then return call('ZSCORE', failed, id) end
  if place == 'cancelled' then return call('ZSCORE', cancelled, id) end
  if place == 'delayed' then return call('ZSCORE', delayed, id) end
  if place == 'priority' then return call('ZSCORE', priority, id) end
  if place == 'draining' then return call('ZSCORE', draining, id) end
  if place == 'waiting-children' then
    return call('ZSCORE', prefix .. 'waiting_children', id)
  end
  return ''
end
