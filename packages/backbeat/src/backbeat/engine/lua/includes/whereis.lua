--- whereis: the place of each job, by id: the name of a key, nil for an unknown one.
---
--- @key jobs      hash
--- @key active    zset
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @key delayed   zset
--- @key priority  zset
--- @key draining  zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include groups_of

local function whereis(queue, ids)
  local places = {}
  local function look(name, scores)
    for i = 1, #ids do
      if scores[i] then
        places[ids[i]] = name
      end
    end
  end
  look('active', call('ZMSCORE', active, unpack(ids)))
  look('completed', call('ZMSCORE', completed, unpack(ids)))
  look('failed', call('ZMSCORE', failed, unpack(ids)))
  look('cancelled', call('ZMSCORE', cancelled, unpack(ids)))
  look('delayed', call('ZMSCORE', delayed, unpack(ids)))
  look('priority', call('ZMSCORE', priority, unpack(ids)))
  if queue.draining then
    look('draining', call('ZMSCORE', draining, unpack(ids)))
  end
  if queue.flows then
    look('waiting-children', call('ZMSCORE', prefix .. 'waiting_children', unpack(ids)))
  end
  local waits = {}
  for i = 1, #ids do
    local id = ids[i]
    if not places[id] and call('HEXISTS', jobs, id) == 1 then
      places[id] = 'waiting'
      waits[#waits + 1] = id
    end
  end
  -- Then it stands in the line of its group, if its head names one.
  for id, group in pairs(queue.groups and groups_of(queue, waits) or {}) do
    places[id] = 'group:' .. group
  end
  return places
end
