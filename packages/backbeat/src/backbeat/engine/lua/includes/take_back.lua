--- take_back: take the attempts of a section out of `active`: ids of the valid ones, their rows.
---
--- @key active zset id -> ticket

-- An attempt is valid while `active` has its ticket. The others, and repeated ones, go to `lost`;
-- nothing else is done to those.
local function take_back(section, lost)
  local ids, rows, all, at, width = {}, {}, {}, section.at, section.width
  if section.count == 0 then
    return ids, rows
  end
  for i = 1, section.count do
    all[i] = ARGV[at + (i - 1) * width + 1]
  end
  local tickets = call('ZMSCORE', active, unpack(all))
  for i = 1, #all do
    local row = at + (i - 1) * width
    if tickets[i] == ARGV[row + 2] then
      ids[#ids + 1] = all[i]
      rows[#rows + 1] = row
    else
      lost[#lost + 1] = all[i]
    end
  end
  if #ids == 0 or call('ZREM', active, unpack(ids)) == #ids then
    return ids, rows
  end
  local once, once_rows, seen = {}, {}, {}
  for i = 1, #ids do
    if seen[ids[i]] then
      lost[#lost + 1] = ids[i]
    else
      seen[ids[i]] = true
      once[#once + 1] = ids[i]
      once_rows[#once_rows + 1] = rows[i]
    end
  end
  return once, once_rows
end
