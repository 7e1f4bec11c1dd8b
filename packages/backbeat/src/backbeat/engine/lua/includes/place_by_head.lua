--- place_by_head: put jobs into groups or `priority` as their heads say; give the others back.
---
--- @lazy jobs without a wish of their own are placed without it
--- @field ageing ms of waiting that a level is worth: then none is given back
--- @include head_of join_groups rank rank_ageing whole put_ranked

-- With `at_head` each goes before those that were put there earlier in this call.
local function place_by_head(queue, now_ms, ids, records, at_head)
  local plain, scored, grouped = {}, {}, {}
  for i = 1, #ids do
    local level, lifo, _, group = head_of(records[i])
    if group ~= '' then
      grouped[#grouped + 1] = {id = ids[i], group = group, level = level, lifo = lifo}
    elseif level == 5 and not lifo and not queue.ageing then
      plain[#plain + 1] = ids[i]
    else
      local score = queue.ageing and rank_ageing(queue, now_ms, level, lifo, at_head)
        or rank(queue, now_ms, level, lifo, at_head)
      scored[#scored + 1] = whole(score)
      scored[#scored + 1] = ids[i]
    end
  end
  put_ranked(queue, scored)
  if #grouped > 0 then
    join_groups(queue, now_ms, grouped, at_head)
  end
  return plain
end
