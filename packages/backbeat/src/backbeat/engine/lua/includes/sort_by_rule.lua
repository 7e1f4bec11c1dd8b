--- sort_by_rule: who is kept and who is not, where some jobs have a rule of their own.
---
--- @key meta     hash
--- @key expiring zset
--- @include whole hint final_code

-- `0` keeps nothing, `k<ms>` keeps for that long; other letters are not about keeping.
local function sort_by_rule(queue, now_ms, state, ids, told, rules, by_default)
  local kept, dropped, kept_told, is_kept, own = {}, {}, {}, {}, 0
  for i = 1, #ids do
    local id = ids[i]
    local rule = rules[id] or ''
    local age = string.match(rule, 'k(%d+)')
    is_kept[id] = age or (by_default and not string.find(rule, '0', 1, true))
    table.insert(is_kept[id] and kept or dropped, id)
    if age then
      -- The state is in the score, so that who leaves can be counted off there.
      call('ZADD', expiring, whole(4 * (now_ms + tonumber(age)) + final_code(state)), id)
      hint(queue, 'expiring')
      own = own + 1
    end
  end
  if own > 0 then
    call('HINCRBY', meta, 'own_' .. state, own)
  end
  for i = 1, #told, 2 do
    if is_kept[told[i]] then
      table.insert(kept_told, told[i])
      table.insert(kept_told, told[i + 1])
    end
  end
  return kept, dropped, kept_told
end
