--- leave_group: take waiting jobs out of the line of their group.
---
--- @key meta hash
--- @dynamic group:<name> zset, id -> rank
--- @include group_lines

local function leave_group(queue, group, ids)
  local line = group_lines(queue, {group})[group]
  local left = call('ZREM', prefix .. 'group:' .. group, unpack(ids))
  line.waiting, line.touched = math.max(line.waiting - left, 0), true
  call('HINCRBY', meta, 'grouped', -left)
end
