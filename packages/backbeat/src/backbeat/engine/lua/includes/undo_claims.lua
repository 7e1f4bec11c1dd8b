--- undo_claims: count jobs that were claimed from groups, but not delivered, off as active.
---
--- @when queue.tally and #ids > 0

-- Each gives its turn back, and the turns have come no further than the last start that stays: else
-- whoever is first would be so again and again, while the others lose their turns in vain.
local function undo_claims(queue, ids)
  local tally, of = queue.tally, {}
  for _, claim in ipairs(tally.claimed) do
    for i = 1, #claim.rows, 2 do
      of[claim.rows[i]] = claim.group
    end
  end
  for _, id in ipairs(ids) do
    local line = of[id] and tally.lines[of[id]]
    if line then
      line.active, line.touched = line.active - 1, true
      line.turn = math.max(line.turn - math.ceil(2520 / line.rules.weight), 0)
      line.started = line.started - 1
    end
  end
  if not tally.before then
    return
  end
  for level in pairs(tally.turns) do
    tally.turns[level] = tally.before[level] or 0
  end
  for _, claim in ipairs(tally.claimed) do
    local line = tally.lines[claim.group]
    local level, last = line.rules.level, line.turn - math.ceil(2520 / line.rules.weight)
    tally.turns[level] = math.max(tally.turns[level] or 0, line.started > 0 and last or 0)
  end
end
