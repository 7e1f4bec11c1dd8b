--- verify_groups: which of these groups have notes that do not agree with their jobs.
---
--- @arg at_ms int the time, 0 for the server's
--- @rest tail names, at most 200
--- @return names
--- @code BB_BAD_CALL too many names
--- @include refuse unique_ids read_queue astray_groups

local names = unique_ids(tail)
if not names or #names > 200 then
  return refuse('BB_BAD_CALL', 'takes at most 200 names')
end
local found = astray_groups(read_queue(), names)
return found
