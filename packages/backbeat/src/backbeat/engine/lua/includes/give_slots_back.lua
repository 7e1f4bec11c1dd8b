--- give_slots_back: count jobs that have left `active` off in their groups.
---
--- @when queue.groups and #ids > 0
--- @include groups_of group_lines

local function give_slots_back(queue, ids)
  local of, names = groups_of(queue, ids)
  local lines = group_lines(queue, names)
  for _, group in pairs(of) do
    lines[group].active = math.max(lines[group].active - 1, 0)
    lines[group].touched = true
  end
end
