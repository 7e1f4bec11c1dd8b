--- forget_groups: let go of groups that have no jobs; the last one takes the keys along.
---
--- @dynamic groups      zset, groups that may run -> turn
--- @dynamic group_names zset, every group, by name
--- @dynamic group_stats hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @dynamic group_wakes zset, group -> ms
--- @include unhint

local function forget_groups(queue, names)
  if #names == 0 then
    return
  end
  local lines, ruleless = queue.tally.lines, {}
  for _, name in ipairs(names) do
    lines[name].known, lines[name].turn = false, 0
    if not lines[name].own then
      ruleless[#ruleless + 1] = name
    end
  end
  call('HDEL', prefix .. 'group_stats', unpack(names))
  call('ZREM', prefix .. 'group_wakes', unpack(names))
  if #ruleless > 0 then
    call('ZREM', prefix .. 'group_names', unpack(ruleless))
  end
  -- What is left are the sentinel and the turns.
  if queue.groups and call('HLEN', prefix .. 'group_stats') <= 2 then
    call('DEL', prefix .. 'group_stats', prefix .. 'groups')
    unhint(queue, 'groups')
    queue.tally.turns = {}
  end
end
