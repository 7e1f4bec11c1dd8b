--- wake_groups: let groups that rested because of their rate run again, at most 500 a call.
---
--- @when queue.groups
--- @dynamic group_wakes zset, group -> ms
--- @include whole group_lines

local function wake_groups(queue, now_ms)
  local wakes = prefix .. 'group_wakes'
  local names = call('ZRANGE', wakes, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 500)
  if #names > 0 then
    call('ZREM', wakes, unpack(names))
    local lines = group_lines(queue, names)
    for _, name in ipairs(names) do
      lines[name].touched = true
    end
  end
end
