--- group_rules: the rules of a group: its own, and where it has none, those of all groups.

-- As text: weight:concurrency:starts:ms:max_waiting:priority:paused:ordered, where 0 is no bound
-- and an empty one inherited. `defaults` are those of all groups, nil for the first.
local function group_rules(text, defaults)
  local weight, concurrency, starts, ms, most, level, paused, ordered = string.match(text or '',
    '^(%d*):(%d*):(%d*):(%d*):(%d*):(%d*):(%d*):(%d*)$')
  local base = defaults or {weight = 1, concurrency = 0, starts = 0, ms = 0, most = 0, level = 5,
    paused = 0, ordered = 0}
  if not weight then
    return base
  end
  local rules = {
    weight = tonumber(weight) or base.weight,
    concurrency = tonumber(concurrency) or base.concurrency,
    starts = tonumber(starts) or base.starts,
    ms = tonumber(ms) or base.ms,
    most = tonumber(most) or base.most,
    level = tonumber(level) or base.level,
    paused = tonumber(paused) or base.paused,
    ordered = tonumber(ordered) or base.ordered,
  }
  if rules.ordered == 1 then
    rules.concurrency = 1
  end
  return rules
end
