--- astray_groups: those groups whose notes do not agree with their jobs.
---
--- @dynamic groups      zset, groups that may run -> turn
--- @dynamic group_names zset, every group, by name
--- @include group_lines members_of

local function astray_groups(queue, names)
  local counted, found = members_of(queue, names), {}
  local lines = group_lines(queue, names)
  for i = 1, #names do
    local name = names[i]
    local line, real = lines[name], counted[name]
    local ready = call('ZSCORE', prefix .. 'groups', name) and true or false
    if line.waiting ~= real.waiting or line.active ~= real.active
      or ready ~= (line.stand == 'ready')
      or (line.known and not call('ZSCORE', prefix .. 'group_names', name)) then
      found[#found + 1] = name
    end
  end
  return found, counted
end
