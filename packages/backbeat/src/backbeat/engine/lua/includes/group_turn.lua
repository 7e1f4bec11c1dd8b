--- group_turn: the score of a group in `groups`: its level, and within that its turn.

-- A level is 1e14 wide: with the jobs of one group alone that is enough for 4e10 starts, and it
-- begins anew whenever no group has jobs.
local function group_turn(line)
  local level, turn = line.rules.level, math.min(line.turn, 99999999999999)
  return level == 5 and turn or (5 - level) * 100000000000000 + turn
end
