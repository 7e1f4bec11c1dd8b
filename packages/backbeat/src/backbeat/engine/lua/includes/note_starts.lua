--- note_starts: count the jobs of a group that have just started against its rate.
---
--- @dynamic group_starts:<name> string, ms:count,ms:count...
--- @include whole starts_left rest_group

-- An entry covers a 64th of the window at most: however high the rate, there are few of them.
local function note_starts(queue, group, line)
  local now_ms, count = queue.tally.now_ms, line.started
  local starts, span = line.starts, math.max(line.rules.ms / 64, 1)
  line.started, line.spent = nil, false
  if count == 0 then
    return
  end
  local newest = starts[#starts]
  if newest and math.floor(newest.at / span) == math.floor(now_ms / span) then
    newest.at, newest.count = math.max(newest.at, now_ms), newest.count + count
  else
    starts[#starts + 1] = {at = now_ms, count = count}
  end
  local entries = {}
  for i = 1, #starts do
    entries[i] = whole(starts[i].at) .. ':' .. whole(starts[i].count)
  end
  -- Some minutes more than a window: a test may let time stand still.
  call('SET', prefix .. 'group_starts:' .. group, table.concat(entries, ','), 'PX',
    whole(line.rules.ms + 600000))
  local left, wake_ms = starts_left(line)
  if left == 0 and line.waiting > 0 then
    rest_group(queue, group, wake_ms)
  end
end
