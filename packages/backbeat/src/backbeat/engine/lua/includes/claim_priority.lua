--- claim_priority: take the first jobs of `priority` below a score.
---
--- @key priority zset
--- @include unhint

local function claim_priority(queue, got, want, below)
  if not queue.priority or #got >= want then
    return
  end
  local ids = call('ZRANGE', priority, '-inf', below, 'BYSCORE', 'LIMIT', 0, want - #got)
  for i = 1, #ids do
    got[#got + 1] = ids[i]
  end
  if #ids > 0 then
    call('ZREM', priority, unpack(ids))
  end
  if below == '+inf' and #got < want then
    unhint(queue, 'priority')
  end
end
