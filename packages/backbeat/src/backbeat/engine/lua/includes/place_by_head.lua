--- place_by_head: put the jobs whose head asks for it into `priority`; give the others back.
---
--- @key meta     hash
--- @key priority zset
--- @field clk the last sequence number given
--- @include head_of rank whole hint

-- With `at_head` each goes before those that were put there earlier in this call.
local function place_by_head(queue, now_ms, ids, records, at_head)
  local plain, scored = {}, {}
  for i = 1, #ids do
    local level, lifo = head_of(records[i])
    if level == 5 and not lifo then
      plain[#plain + 1] = ids[i]
    else
      local score = rank(queue, now_ms, level, lifo, at_head)
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
