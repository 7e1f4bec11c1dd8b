--- room_in_group: how many jobs of a group may start now.
---
--- @include held_by recent_starts starts_left rest_group

local function room_in_group(queue, now_ms, name, line)
  local rules, room = line.rules, line.waiting
  if room == 0 or held_by(queue, name, line) then
    return 0
  end
  if rules.concurrency > 0 then
    room = math.min(room, rules.concurrency - line.active)
  end
  if rules.starts > 0 then
    line.starts = recent_starts(name, rules, now_ms)
    local left, wake_ms = starts_left(line)
    if left == 0 then
      rest_group(queue, name, wake_ms)
    end
    room = math.min(room, left - (line.started or 0))
  end
  return room
end
