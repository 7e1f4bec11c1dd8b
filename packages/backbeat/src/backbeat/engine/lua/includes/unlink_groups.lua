--- unlink_groups: delete the lines of all groups, a thousand a call; whether there are more.
---
--- @dynamic groups       zset, groups that may run -> turn
--- @dynamic group_names  zset, every group, by name
--- @dynamic group_stats  hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @dynamic group_rules  hash, group -> rules; `*` -> those of all groups
--- @dynamic group_wakes  zset, group -> ms
--- @dynamic group:<name> zset, id -> rank

local function unlink_groups()
  local names = call('ZRANGE', prefix .. 'group_names', 0, 999)
  for _, name in ipairs(names) do
    call('UNLINK', prefix .. 'group:' .. name)
  end
  if #names > 0 then
    call('ZREM', prefix .. 'group_names', unpack(names))
  end
  if #names == 1000 then
    return true
  end
  call('UNLINK', prefix .. 'groups', prefix .. 'group_stats', prefix .. 'group_rules',
    prefix .. 'group_wakes')
  return false
end
