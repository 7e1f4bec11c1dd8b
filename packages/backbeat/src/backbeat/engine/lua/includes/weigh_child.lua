--- weigh_child: count a child of that state in, or (`sign` -1) out; whether it ended badly.

-- A rule's first letter says what a bad end means: `c` it counts against the parent's threshold,
-- `f` the parent fails, `s` it starts now, `i` the child counts as done.
local function weigh_child(parent, rule, state, sign)
  if state == 'open' then
    parent.open = parent.open + sign
  elseif state == 'completed' or string.byte(rule) == 105 then
    parent.good = parent.good + sign
  else
    parent.bad = parent.bad + sign
    return true
  end
  return false
end
