--- unplace: take jobs out of where `whereis` found them.
---
--- @key delayed   zset
--- @key priority  zset
--- @key draining  zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include bury leave_group note_leaving unlist

local function unplace(queue, ids, places)
  local at = {}
  for i = 1, #ids do
    local place = places[ids[i]] or 'nowhere'
    at[place] = at[place] or {}
    table.insert(at[place], ids[i])
  end
  for place, some in pairs(at) do
    local group = string.match(place, '^group:(.*)$')
    if group then
      leave_group(queue, group, some)
    end
  end
  note_leaving(queue, at.delayed or {})
  note_leaving(queue, at.draining or {})
  bury(queue, at.waiting or {})
  if at.delayed then call('ZREM', delayed, unpack(at.delayed)) end
  if at.priority then call('ZREM', priority, unpack(at.priority)) end
  if at.draining then call('ZREM', draining, unpack(at.draining)) end
  for _, state in ipairs({'completed', 'failed', 'cancelled'}) do
    if at[state] then
      unlist(queue, state, at[state])
    end
  end
  if at['waiting-children'] then
    call('ZREM', prefix .. 'waiting_children', unpack(at['waiting-children']))
  end
end
