--- group_row: what is known of one group, for people.
---
--- @include held_by

-- Name, active, waiting, what holds its waiting jobs back or '', its own rules, those it runs by.
local function group_row(queue, name, line)
  local rules = line.rules
  local held = line.waiting > 0 and held_by(queue, name, line)
  return name, line.active, line.waiting, held or '', line.own or '', table.concat({rules.weight,
    rules.concurrency, rules.starts, rules.ms, rules.most, rules.level, rules.paused,
    rules.ordered}, ':')
end
