--- held_by: why the waiting jobs of a group do not start now, nil where the group may run.
---
--- @dynamic group_wakes zset, group -> ms
--- @field next earliest due ms

-- A group whose rate is used up rests until its time in `group_wakes`.
local function held_by(queue, name, line)
  local rules = line.rules
  if rules.paused == 1 then
    return 'paused'
  end
  if rules.concurrency > 0 and line.active >= rules.concurrency then
    return 'concurrency'
  end
  if rules.ordered == 1 and line.awaited ~= '' then
    return 'order'
  end
  local rests = rules.starts > 0 and queue.next and call('ZSCORE', prefix .. 'group_wakes', name)
  if rests or line.spent then
    return 'rate'
  end
  return nil
end
