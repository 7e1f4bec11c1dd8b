--- open_hash: make a hash that has a hint ready for its first entry.
---
--- @include hint

-- The long field turns it into a real table, as in create_queue: a tick asks it for 100 ids.
local function open_hash(queue, key, name)
  if not queue[name] then
    call('HSET', key, string.rep('~', 65), '')
    hint(queue, name)
  end
end
