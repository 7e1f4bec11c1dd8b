--- share_out: whose turn it is, one start after the other, for up to `want` starts.
---
--- @include group_turn room_in_group

-- `names` are in the order of their turns. Whoever had one goes back by its share: with the same
-- weight behind all others, so that a long line never holds up a short one. Answers the names in
-- order, one for each start; the number of starts of each is in its line.
local function share_out(queue, now_ms, names, lines, want)
  local tally, order, again, i, j = queue.tally, {}, {}, 1, 1
  if not tally.before then
    tally.before = {}
    for level, turn in pairs(tally.turns) do
      tally.before[level] = turn
    end
  end
  for _, name in ipairs(names) do
    lines[name].score = group_turn(lines[name])
  end
  while #order < want and (names[i] or again[j]) do
    local name, line = names[i], lines[names[i]]
    if again[j] and (not name or lines[again[j]].score < line.score) then
      name, line, j = again[j], lines[again[j]], j + 1
    else
      i, line.room, line.taken = i + 1, room_in_group(queue, now_ms, name, line), 0
    end
    local level = line.rules.level
    tally.turns[level] = math.max(tally.turns[level] or 0, line.turn)
    tally.moved, line.touched = true, true
    if line.room > 0 then
      order[#order + 1] = name
      line.room, line.taken = line.room - 1, line.taken + 1
      line.turn = math.min(line.turn + math.ceil(2520 / line.rules.weight), 99999999999999)
      line.score = group_turn(line)
    end
    if line.room > 0 then
      -- From behind: with equal weights its place is the last one.
      local at = #again + 1
      while at > j and lines[again[at - 1]].score > line.score do
        at = at - 1
      end
      table.insert(again, at, name)
    end
  end
  return order
end
