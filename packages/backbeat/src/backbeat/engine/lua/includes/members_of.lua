--- members_of: how many jobs of groups wait and are active, counted in the tables, by name.
---
--- @key active zset
--- @dynamic group:<name> zset id -> rank
--- @include groups_of

local function members_of(queue, names)
  local found = {}
  for i = 1, #names do
    found[names[i]] = {waiting = call('ZCARD', prefix .. 'group:' .. names[i]), active = 0}
  end
  local of = groups_of(queue, call('ZRANGE', active, 0, -1))
  for _, group in pairs(of) do
    if found[group] then
      found[group].active = found[group].active + 1
    end
  end
  return found
end
