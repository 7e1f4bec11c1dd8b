--- take_back: take the attempts of a section out of `active`: ids of the valid ones, their rows.
---
--- @key active zset id -> ticket
--- @include only_once give_slots_back

-- An attempt is valid while `active` has its ticket. The others, and repeated ones, go to `lost`;
-- nothing else is done to those.
local function take_back(queue, section, lost)
  local ids, rows, all, n = {}, {}, {}, 0
  if section.count == 0 then
    return ids, rows
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
  give_slots_back(queue, ids)
  return ids, rows
end
