--- undo_claims: count jobs that were claimed from groups, but not delivered, off as active.
---
--- @when queue.tally and #ids > 0

local function undo_claims(queue, ids)
  local of = {}
  for _, claim in ipairs(queue.tally.claimed) do
    for i = 1, #claim.rows, 2 do
      of[claim.rows[i]] = claim.group
    end
  end
  for _, id in ipairs(ids) do
    local line = of[id] and queue.tally.lines[of[id]]
    if line then
      line.active, line.touched = line.active - 1, true
      line.turn = math.max(line.turn - math.ceil(2520 / line.rules.weight), 0)
      line.started = line.started - 1
    end
  end
end
