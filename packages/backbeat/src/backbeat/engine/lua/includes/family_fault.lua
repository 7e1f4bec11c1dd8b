--- family_fault: what is wrong with what a job knows of its children, or they of it; nil for
---   nothing; and the job as its children say it is.
---
--- @key jobs      hash
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @dynamic dependents       hash id -> who is told of its end
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @dynamic children:<id>    hash ref -> position|rule|state|epoch|name
--- @include parent_of weigh_child verdict

local function family_fault(id)
  local known = call('HEXISTS', jobs, id) == 1
  local ended = call('ZSCORE', completed, id) or call('ZSCORE', failed, id)
    or call('ZSCORE', cancelled, id)
  if call('HEXISTS', prefix .. 'dependents', id) == 1 and (ended or not known) then
    return 'untold end'
  end
  local parent, waits = parent_of(id), call('ZSCORE', prefix .. 'waiting_children', id)
  if not parent then
    return waits and 'no children' or nil
  end
  if not known then
    return parent.walk ~= '1' and 'no parent' or nil
  end
  local open, good, bad, all = parent.open, parent.good, parent.bad, 0
  parent.open, parent.good, parent.bad = 0, 0, 0
  for _, entry in ipairs(call('HVALS', prefix .. 'children:' .. id)) do
    local position, rule, state = string.match(entry, '^(%d+)|([^|]*)|(%a+)|')
    -- At 0 stands one that has ended before its parent was told of it: it does not count yet.
    if position ~= '0' then
      all = all + 1
      weigh_child(parent, rule, state, 1)
    end
  end
  if open ~= parent.open or good ~= parent.good or bad ~= parent.bad or all ~= parent.all then
    parent.all = all
    return 'children', parent
  end
  local start, fail = verdict(parent)
  return waits and (start or fail) and 'undecided' or nil, parent
end
