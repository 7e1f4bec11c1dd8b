--- page_of_lists: add listed jobs to a page, from the position where the last page ended.
---
--- @key gone hash
--- @field pos list entries ever popped
--- @include entries whereis

-- An entry keeps its position while others are popped before it. Dead entries are passed over; an
-- id with a dead and a live one is shown at the first of them. Four looks at most: then the page
-- ends, full or not. Answers the position after it, nil at the end of the lists.
local function page_of_lists(queue, page, position)
  local popped, seen = tonumber(queue.pos) or 0, {}
  local index = math.max((tonumber(position) or popped) - popped, 0)
  for _ = 1, 4 do
    local want = page.limit - #page.ids
    if want <= 0 then
      break
    end
    local ids = entries(index, want)
    local dead = queue.gone and #ids > 0 and call('HMGET', gone, unpack(ids)) or {}
    local places = queue.gone and #ids > 0 and whereis(queue, ids)
    for i, id in ipairs(ids) do
      index = index + 1
      if not seen[id] and (not dead[i] or places[id] == 'waiting') then
        local n = #page.ids + 1
        seen[id] = true
        page.ids[n], page.scores[n], page.marks[n] = id, '', 'l|' .. popped + index
      end
    end
    if #ids < want then
      return nil
    end
  end
  return 'l|' .. popped + index
end
