--- sort_by_rule: who is kept and who is not, where some jobs have a rule of their own.
---
--- @key expiring zset
--- @include whole hint

-- `0` keeps nothing, `k<ms>` keeps for that long; other letters are not about keeping.
local function sort_by_rule(queue, now_ms, ids, told, rules, by_default)
  local kept, dropped, kept_told, is_kept = {}, {}, {}, {}
  for i = 1, #ids do
    local id = ids[i]
    local rule = rules[id] or ''
    local age = string.match(rule, 'k(%d+)')
    is_kept[id] = age or (by_default and not string.find(rule, '0', 1, true))
    table.insert(is_kept[id] and kept or dropped, id)
    if age then
      call('ZADD', expiring, whole(now_ms + tonumber(age)), id)
      hint(queue, 'expiring')
    end
  end
  for i = 1, #told, 2 do
    if is_kept[told[i]] then
      table.insert(kept_told, told[i])
      table.insert(kept_told, told[i + 1])
    end
  end
  return kept, dropped, kept_told
end
