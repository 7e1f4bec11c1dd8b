--- page_of_waiting: add waiting jobs to a page as they are claimed: urgent, grouped, listed, rest.
---
--- @key priority zset
--- @include page_of_zset page_of_groups page_of_lists

-- Answers the cursor to go on with, '' at the end.
local function page_of_waiting(queue, page, stage, score, id)
  if stage == 'a' then
    page_of_zset(page, priority, 'a', '-inf', '0', false, score, id)
    stage, score, id = 'g', nil, nil
  end
  if stage == 'g' then
    local cursor = #page.ids < page.limit and page_of_groups(queue, page, score, id)
    if cursor then
      return cursor
    end
    stage, score, id = 'l', nil, nil
  end
  if stage == 'l' then
    local position = page_of_lists(queue, page, score)
    if position then
      return page.marks[page.limit] or position
    end
    score, id = nil, nil
  end
  page_of_zset(page, priority, 'z', '0', '+inf', false, score, id)
  return page.marks[page.limit] or ''
end
