--- take_back: take the attempts of a section out of `active`: ids of the valid ones, their rows,
---   and ids of those that may have a head.
---
--- @key active zset id -> ticket
--- @include only_once ids_in give_slots_back

-- An attempt is valid while `active` has its ticket. The others, and repeated ones, go to `lost`;
-- nothing else is done to those. Who has run a job has seen its record, and that keeps the head it
-- has: so nobody looks for heads where there are none.
local function take_back(queue, section, heads, lost)
  local ids, rows, headed, all, n = {}, {}, {}, {}, 0
  if section.count == 0 then
    return ids, rows, headed
  end
  local at, width = section.at, section.width
  for i = 1, section.count do
    all[i] = ARGV[at + (i - 1) * width + 1]
  end
  local tickets = call('ZMSCORE', active, unpack(all))
  for i = 1, #all do
    local row = at + (i - 1) * width
    if tickets[i] == ARGV[row + 2] then
      n = n + 1
      ids[n], rows[n] = all[i], row
    else
      lost[#lost + 1] = all[i]
    end
  end
  if n > 0 and call('ZREM', active, unpack(ids)) < n then
    ids, rows = only_once(ids, rows, lost)
  end
  if heads.count > 0 then
    local may_have = ids_in(heads)
    for i = 1, #ids do
      headed[#headed + 1] = may_have[ids[i]] and ids[i]
    end
  end
  give_slots_back(queue, headed)
  return ids, rows, headed
end
