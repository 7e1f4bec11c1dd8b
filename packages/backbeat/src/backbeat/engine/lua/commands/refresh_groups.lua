--- refresh_groups: look at groups anew, a hundred a call, after a change of the rules of all.
---
--- @dynamic group_names zset, every group, by name
--- @arg at_ms int the time, 0 for the server's
--- @arg after str name of the last group of the call before; '' begins
--- @return name to go on after, '' at the end
--- @include read_queue even_when_full renew_group update_groups wake_for_work

local queue = read_queue()
local names = call('ZRANGE', prefix .. 'group_names', after == '' and '-' or '(' .. after, '+',
  'BYLEX', 'LIMIT', 0, 100)
if #names > 0 then
  even_when_full()
  for _, name in ipairs(names) do
    renew_group(queue, name)
  end
  update_groups(queue)
  wake_for_work(queue)
end
return names[100] or ''
