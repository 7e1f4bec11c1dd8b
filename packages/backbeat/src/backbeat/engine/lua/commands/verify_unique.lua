--- verify_unique: which of these unique keys are held by nobody who may hold them.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail keys, at most 200
--- @return (key, what)*
--- @code BB_BAD_CALL too many keys
--- @include refuse unique_ids unique_fault

local names, reply = unique_ids(tail), {}
if not names or #names > 200 then
  return refuse('BB_BAD_CALL', 'takes at most 200 keys')
end
for _, name in ipairs(names) do
  local fault = unique_fault(name)
  if fault then
    reply[#reply + 1] = name
    reply[#reply + 1] = fault
  end
end
return reply
