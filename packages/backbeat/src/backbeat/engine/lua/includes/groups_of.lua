--- groups_of: the group of each job that has one, by id, and the names of all of them.
---
--- @key jobs hash
--- @include group_in

local function groups_of(ids)
  local of, names, seen = {}, {}, {}
  -- By the hundred: records may be large, and all of them together too much to hold.
  for first = 1, #ids, 100 do
    local last = math.min(first + 99, #ids)
    local records = call('HMGET', jobs, unpack(ids, first, last))
    for i = first, last do
      local group = group_in(records[i - first + 1])
      if group then
        of[ids[i]] = group
        if not seen[group] then
          seen[group] = true
          names[#names + 1] = group
        end
      end
    end
  end
  return of, names
end
