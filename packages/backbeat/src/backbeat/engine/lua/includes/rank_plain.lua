--- rank_plain: put plain jobs into `priority`, as all jobs of a queue with ageing are.
---
--- @include now rank_ageing whole put_ranked

local function rank_plain(queue, ids, at_head)
  local now_ms, scored = now(at_ms), {}
  for i = 1, #ids do
    scored[2 * i - 1] = whole(rank_ageing(queue, now_ms, 5, false, at_head))
    scored[2 * i] = ids[i]
  end
  put_ranked(queue, scored)
end
