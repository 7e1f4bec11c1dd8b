--- in_flows: whether the end of any of these jobs means something to a flow.
---
--- @when queue.flows and #ids > 0
--- @dynamic dependents hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic parents    hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @include rows_of

local function in_flows(queue, state, ids)
  if queue.dependents and next(rows_of(prefix .. 'dependents', ids)) then
    return true
  end
  -- What its children did is undone where a parent ends badly.
  return queue.parents and state ~= 'completed' and next(rows_of(prefix .. 'parents', ids)) ~= nil
end
