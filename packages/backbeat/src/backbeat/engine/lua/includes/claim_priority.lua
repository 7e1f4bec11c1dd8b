--- claim_priority: take the first jobs of `priority` below a score.
---
--- @key priority zset
--- @field ageing ms of waiting that a level is worth
--- @include unhint

-- Where jobs age, their scores are remembered, for those that are not given out: see `put_again`.
local function claim_priority(queue, got, want, below)
  if not queue.priority or #got >= want then
    return
  end
  local ids = call('ZRANGE', priority, '-inf', below, 'BYSCORE', 'LIMIT', 0, want - #got)
  if queue.ageing and #ids > 0 then
    queue.ranks = queue.ranks or {}
    for i, rank in ipairs(call('ZMSCORE', priority, unpack(ids))) do
      queue.ranks[ids[i]] = rank
    end
  end
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
