--- page_of_groups: add jobs that wait in groups to a page, group by group in the order of names.
---
--- @dynamic group_names  zset, every group, by name
--- @dynamic group:<name> zset, id -> rank
--- @include page_of_zset

-- The cursor's id is the group and the job. Two hundred groups at most: then the page ends, full or
-- not. Answers the cursor to go on with, nil at the end.
local function page_of_groups(queue, page, score, id)
  if not queue.groups then
    return nil
  end
  local group, last = string.match(id or '', '^([^|]*)|?(.*)$')
  local from = group == '' and '-' or (score == '' and '(' or '[') .. group
  local names = call('ZRANGE', prefix .. 'group_names', from, '+', 'BYLEX', 'LIMIT', 0, 200)
  for _, name in ipairs(names) do
    local goes_on = name == group and score ~= ''
    local before = #page.ids
    page_of_zset(page, prefix .. 'group:' .. name, 'g', '-inf', '+inf', false,
      goes_on and score or nil, goes_on and last or nil)
    for n = before + 1, #page.ids do
      page.marks[n] = 'g|' .. page.scores[n] .. '|' .. name .. '|' .. page.ids[n]
      page.scores[n] = ''
    end
    if #page.ids >= page.limit then
      return page.marks[page.limit]
    end
  end
  return #names == 200 and 'g||' .. names[200] or nil
end
