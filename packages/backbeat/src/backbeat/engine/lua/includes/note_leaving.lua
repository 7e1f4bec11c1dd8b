--- note_leaving: note that delayed jobs have left their place; their groups may wait for them.
---
--- @when queue.groups and #ids > 0
--- @include groups_of group_lines

-- Whoever puts one of them into a place again takes the note back; `update_groups` lets the groups
-- of the others go on.
local function note_leaving(queue, ids)
  local of, names = groups_of(queue, ids)
  local lines = group_lines(queue, names)
  for id, group in pairs(of) do
    if lines[group].awaited == id then
      queue.tally.leaving[id] = group
    end
  end
end
