--- verify_flows: which of these flows have a record that does not agree with itself.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail flows, at most 10: each may have thousands of jobs
--- @return (flow, what)*
--- @code BB_BAD_CALL too many flows
--- @include refuse unique_ids flow_fault

local names, reply = unique_ids(tail), {}
if not names or #names > 10 then
  return refuse('BB_BAD_CALL', 'takes at most 10 flows')
end
for _, name in ipairs(names) do
  local fault = flow_fault(name)
  if fault then
    reply[#reply + 1] = name
    reply[#reply + 1] = fault
  end
end
return reply
