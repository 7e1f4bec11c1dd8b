--- await_delayed: let groups that keep the order wait for a job that is to run again later.
---
--- @when queue.groups and #ids > 0
--- @include groups_of group_lines

local function await_delayed(queue, ids)
  local of, names = groups_of(queue, ids)
  local lines = group_lines(queue, names)
  for _, id in ipairs(ids) do
    local line = lines[of[id]]
    if line and line.rules.ordered == 1 and line.awaited == '' then
      line.awaited, line.touched = id, true
    end
  end
end
