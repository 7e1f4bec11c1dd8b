--- decide: let a parent start or fail as soon as its children say so.
---
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include release_parent fail_parent

-- `letter` is the rule of a child that has just ended badly. Only a parent that waits is decided,
-- and it leaves the place where it waits in the same step: it cannot be decided twice.
-- Answers whether it was decided now.
local function decide(queue, mail, id, parent, letter)
  local need = parent.all
  local kind, number = string.match(parent.rule, '^(%a)(%d+)$')
  if kind == 'n' then
    need = tonumber(number)
  elseif kind == 's' then
    need = math.ceil(parent.all * tonumber(number) / 1000000 - 1e-9)
  end
  local start = letter == 's' or parent.good >= need
  local fail = letter == 'f' or (not start and parent.good + parent.open < need)
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
