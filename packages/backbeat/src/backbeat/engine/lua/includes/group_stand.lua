--- group_stand: where a group belongs: `ready` to be claimed from, `held` back, or `idle`.
---
--- @include held_by

-- A group that is empty keeps its turn until the others have come that far: else one that has a
-- single job at a time would always be first.
local function group_stand(queue, name, line)
  local reached = queue.tally.turns[line.rules.level] or 0
  if line.waiting > 0 then
    if held_by(queue, name, line) then
      return 'held'
    end
    line.turn = math.max(line.turn, reached)
    return 'ready'
  end
  if line.active > 0 or line.awaited ~= '' then
    return 'held'
  end
  return line.turn > reached and 'ready' or 'idle'
end
