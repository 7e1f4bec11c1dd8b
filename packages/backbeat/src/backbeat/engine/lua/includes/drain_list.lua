--- drain_list: forget listed jobs up to the position that a drain marked.
---
--- @key meta    hash
--- @key front   list
--- @key waiting list
--- @field pos      list entries ever popped
--- @field drain_to position up to which a drain removes
--- @include only_live remove_now

-- Answers how many entries were popped, and how many of them were live.
local function drain_list(queue, budget)
  local left = math.min(tonumber(queue.drain_to) - (tonumber(queue.pos) or 0), budget)
  local popped, removed = 0, 0
  for _, list in ipairs({front, waiting}) do
    local ids = left > popped and call('RPOP', list, left - popped)
    if ids then
      popped = popped + #ids
      local live = only_live(queue, ids)
      removed = removed + #live
      remove_now(queue, live)
    end
  end
  if popped > 0 then
    call('HINCRBY', meta, 'pos', popped)
  end
  return popped, removed
end
