--- groups_of: the group of each job that has one, by id, and the names of all of them.
---
--- @include heads_of group_in

local function groups_of(queue, ids)
  local of, names, seen = {}, {}, {}
  local heads = heads_of(queue, ids)
  for i = 1, #ids do
    local group = group_in(heads[ids[i]])
    if group then
      of[ids[i]] = group
      if not seen[group] then
        seen[group] = true
        names[#names + 1] = group
      end
    end
  end
  return of, names
end
