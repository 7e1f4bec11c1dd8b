--- outcomes_make_sense: whether the returns have a due time and the ends a final state.

local function outcomes_make_sense(returns, ends)
  for i = 1, returns.count do
    if not tonumber(ARGV[returns.at + 5 * i - 2]) then
      return false
    end
  end
  for i = 1, ends.count do
    local state = ARGV[ends.at + 6 * i - 3]
    if state ~= 'failed' and state ~= 'cancelled' then
      return false
    end
  end
  return true
end
