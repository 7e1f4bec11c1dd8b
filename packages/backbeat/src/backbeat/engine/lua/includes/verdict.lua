--- verdict: what the ends of its children mean for a parent: whether it starts, whether it fails,
---   and how many have to succeed.

-- `letter` is the rule of a child that has just ended badly.
local function verdict(parent, letter)
  local need = parent.all
  local kind, number = string.match(parent.rule, '^(%a)(%d+)$')
  if kind == 'n' then
    need = tonumber(number)
  elseif kind == 's' then
    need = math.ceil(parent.all * tonumber(number) / 1000000 - 1e-9)
  end
  local start = letter == 's' or parent.good >= need
  local fail = letter == 'f' or (not start and parent.good + parent.open < need)
  return start, fail, need
end
