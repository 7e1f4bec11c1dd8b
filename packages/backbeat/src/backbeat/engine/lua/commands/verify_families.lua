--- verify_families: what is wrong with the ties between these jobs and their children.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail ids, at most 10: each may have thousands of children
--- @return (id, what)*
--- @code BB_BAD_CALL too many ids
--- @include refuse unique_ids family_fault

local ids, reply = unique_ids(tail), {}
if not ids or #ids > 10 then
  return refuse('BB_BAD_CALL', 'takes at most 10 ids')
end
for _, id in ipairs(ids) do
  local fault = family_fault(id)
  if fault then
    reply[#reply + 1] = id
    reply[#reply + 1] = fault
  end
end
return reply
