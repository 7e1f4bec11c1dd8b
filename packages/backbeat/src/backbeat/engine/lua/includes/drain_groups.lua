--- drain_groups: forget jobs in groups that were there when a drain began.
---
--- @key meta hash
--- @dynamic group_names  zset, every group, by name
--- @dynamic group:<name> zset, id -> rank
--- @field drain_group where to go on in the names of groups
--- @include group_lines drain_ranked remove_now clear_field

-- A hundred groups a call, in the order of their names.
local function drain_groups(queue, now_ms, budget)
  if not queue.drain_group or budget <= 0 then
    return 0
  end
  local names = call('ZRANGE', prefix .. 'group_names', queue.drain_group, '+', 'BYLEX', 'LIMIT', 0,
    100)
  local lines, taken = group_lines(queue, names), 0
  for _, name in ipairs(names) do
    local ids = drain_ranked(queue, prefix .. 'group:' .. name, budget - taken)
    lines[name].waiting, lines[name].touched = lines[name].waiting - #ids, true
    remove_now(queue, now_ms, ids)
    taken = taken + #ids
    queue.drain_group = (taken < budget and '(' or '[') .. name
    if taken >= budget then
      break
    end
  end
  if taken > 0 then
    call('HINCRBY', meta, 'grouped', -taken)
  end
  if #names < 100 and taken < budget then
    clear_field(queue, 'drain_group')
  else
    call('HSET', meta, 'drain_group', queue.drain_group)
  end
  return taken
end
