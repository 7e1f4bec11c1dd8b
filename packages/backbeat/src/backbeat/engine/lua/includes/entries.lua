--- entries: ids of the lists in the order in which they are popped, from an index on.
---
--- @key front   list
--- @key waiting list

local function entries(first, count)
  local ids = {}
  local ahead = call('LLEN', front)
  local function read(key, from, to)
    local found = to >= from and call('LRANGE', key, -to - 1, -from - 1) or {}
    for i = #found, 1, -1 do
      ids[#ids + 1] = found[i]
    end
  end
  if first < ahead then
    read(front, first, math.min(first + count, ahead) - 1)
  end
  read(waiting, math.max(first - ahead, 0), first + count - ahead - 1)
  return ids
end
