--- unique_rule: what a unique field says: mode, ms, key; nil where there is none.

-- Modes: e until it has ended, s until it has started, g until it is gone, t for some ms, d until
-- it has started and put off by each newcomer, l until it has ended and the newest waits its turn.
local function unique_rule(field)
  local mode, ms, key = string.match(field, '^(%a)(%d*)|(.+)$')
  return mode, tonumber(ms) or 0, key
end
