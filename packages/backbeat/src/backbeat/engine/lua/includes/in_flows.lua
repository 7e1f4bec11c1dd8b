--- in_flows: whether the end of any of these jobs means something to a flow.
---
--- @when queue.flows and #ids > 0
--- @dynamic dependents hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic parents    hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @include rows_of

local function in_flows(queue, state, ids)
  local notes = queue.dependents and rows_of(prefix .. 'dependents', ids) or {}
  -- What its children did is undone where a parent ends badly.
  local known = queue.parents and state ~= 'completed' and rows_of(prefix .. 'parents', ids) or {}
  for i = 1, #ids do
    if notes[ids[i]] or known[ids[i]] then
      return true
    end
  end
  return false
end
