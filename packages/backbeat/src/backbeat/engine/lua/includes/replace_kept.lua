--- replace_kept: let go of kept jobs whose ids are added anew.
---
--- @when #ids > 0
--- @key jobs hash
--- @include unplace evict

local function replace_kept(queue, ids, places)
  -- Deleting is a write that a full server lets through, and all that follows it. An add has to be
  -- refused there, so its first write is one that needs memory.
  call('HSET', jobs, string.rep('~', 65), '')
  unplace(queue, ids, places)
  evict(queue, ids)
end
