--- put_again: put jobs that nobody was given back to where they were in `priority`; the others.
---
--- @lazy only a queue with ageing needs it
--- @include put_ranked

-- At the head of a queue with ageing they would be before whatever comes, however urgent it is.
local function put_again(queue, ids)
  local scored, others = {}, {}
  for _, id in ipairs(ids) do
    local rank = queue.ranks and queue.ranks[id]
    if rank then
      scored[#scored + 1] = rank
      scored[#scored + 1] = id
    else
      others[#others + 1] = id
    end
  end
  put_ranked(queue, scored)
  return others
end
