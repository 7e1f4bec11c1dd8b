--- await_delayed: let groups that keep the order wait for a job that is to run again later.
---
--- @include groups_of group_lines

local function await_delayed(queue, ids)
  if not queue.groups or #ids == 0 then
    return
  end
  local of, names = groups_of(ids)
  local lines = group_lines(queue, names)
  for _, id in ipairs(ids) do
    local line = lines[of[id]]
    if line and line.rules.ordered == 1 and line.awaited == '' then
      line.awaited, line.touched = id, true
    end
  end
end
