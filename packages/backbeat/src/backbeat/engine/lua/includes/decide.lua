--- decide: let a parent start or fail as soon as its children say so.
---
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include verdict release_parent fail_parent

-- Only a parent that waits is decided, and it leaves the place where it waits in the same step: it
-- cannot be decided twice. Answers whether it was decided now.
local function decide(queue, mail, id, parent, letter)
  local start, fail, need = verdict(parent, letter)
  if not (start or fail) or call('ZREM', prefix .. 'waiting_children', id) == 0 then
    return false
  end
  if fail then
    fail_parent(queue, mail, id, parent, letter, need)
  else
    release_parent(queue, mail, id, parent)
  end
  return true
end
