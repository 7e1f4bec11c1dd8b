--- verify_schedules: what is wrong with these schedules; changes nothing.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail names, at most 20
--- @return (name, what)*
--- @code BB_BAD_CALL too many names
--- @include refuse unique_ids schedule_fault

local names, reply = unique_ids(tail), {}
if not names or #names > 20 then
  return refuse('BB_BAD_CALL', 'takes at most 20 names')
end
for _, name in ipairs(names) do
  local fault = schedule_fault(name)
  if fault then
    reply[#reply + 1] = name
    reply[#reply + 1] = fault
  end
end
return reply
