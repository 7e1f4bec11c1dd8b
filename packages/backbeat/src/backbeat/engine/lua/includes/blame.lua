--- blame: which of the jobs that lost their worker may have killed it; `ran` are their run records.

-- A crash counts against every job that was in the process, as long as each of them may be the one.
-- Whoever was there twice runs alone from then on, and only what happens then counts against it: so
-- the neighbours of a killer do not fail for it.
local function blame(ran, count, cap)
  local alone, crashes, someone = {}, {}, count == 1
  for i = 1, count do
    local crashed, reason = string.match(ran[i] or '', '^%d+:%d+:(%d+):%d+:?(%a*)')
    crashes[i] = tonumber(crashed) or 0
    alone[i] = count == 1 or reason == 'alone'
    someone = someone or alone[i]
  end
  local blamed = {}
  for i = 1, count do
    blamed[i] = alone[i] or (not someone and crashes[i] < math.min(2, cap))
  end
  return blamed
end
