--- renew_group: look at a group anew, since rules have changed.
---
--- @dynamic group_wakes zset, group -> ms
--- @include group_lines

-- A rest ends: whether there is one is decided at the next claim, by the new rate.
local function renew_group(queue, name)
  local line = group_lines(queue, {name})[name]
  line.touched = true
  if line.rules.ordered == 0 then
    line.awaited = ''
  end
  call('ZREM', prefix .. 'group_wakes', name)
end
