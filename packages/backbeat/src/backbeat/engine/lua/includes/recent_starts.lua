--- recent_starts: the starts of a group that count against its rate, the oldest first.
---
--- @dynamic group_starts:<name> string, ms:count,ms:count...

-- An entry counts until a whole window after the last start in it: so in no window at all there are
-- more than may be. One that is later than now is of before the clock was put back: it counts as of
-- now.
local function recent_starts(group, rules, now_ms)
  local starts = {}
  local noted = call('GET', prefix .. 'group_starts:' .. group) or ''
  for at, count in string.gmatch(noted, '(%d+):(%d+)') do
    if tonumber(at) + rules.ms > now_ms then
      starts[#starts + 1] = {at = math.min(tonumber(at), now_ms), count = tonumber(count)}
    end
  end
  return starts
end
