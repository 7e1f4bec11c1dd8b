--- open_groups: make the keys of groups ready for the first one.
---
--- @dynamic groups      zset, groups that may run -> turn
--- @dynamic group_stats hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @include hint

-- The long entries turn them into real tables, as in create_queue. That of `groups` is behind all.
local function open_groups(queue)
  if not queue.groups then
    local long = string.rep('~', 65)
    call('HSET', prefix .. 'group_stats', long, '', '*', '')
    call('ZADD', prefix .. 'groups', 9000000000000000, long)
    hint(queue, 'groups')
  end
end
