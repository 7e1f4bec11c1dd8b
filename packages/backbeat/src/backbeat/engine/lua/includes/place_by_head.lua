--- place_by_head: put the jobs whose head asks for it into `priority`; give the others back.
---
--- @key meta     hash
--- @key priority zset
--- @field clk the last sequence number given
--- @include head_of rank whole hint

local function place_by_head(queue, now_ms, ids, records, ahead)
  local plain, scored = {}, {}
  for i = 1, #ids do
    local level, lifo = head_of(records[i])
    if level == 5 and not lifo then
      plain[#plain + 1] = ids[i]
    else
      local score = rank(queue, now_ms, level, lifo, ahead and ahead + i - 1)
      scored[#scored + 1] = whole(score)
      scored[#scored + 1] = ids[i]
    end
  end
  if #scored > 0 then
    call('ZADD', priority, unpack(scored))
    hint(queue, 'priority')
    if queue.clk then
      call('HSET', meta, 'clk', whole(queue.clk))
    end
  end
  return plain
end
