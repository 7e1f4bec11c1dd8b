--- put_ranked: put jobs into `priority`; `scored` is score, id, score, id...
---
--- @key meta     hash
--- @key priority zset
--- @field clk the last sequence number given
--- @include whole hint

local function put_ranked(queue, scored)
  if #scored > 0 then
    call('ZADD', priority, unpack(scored))
    hint(queue, 'priority')
    if queue.clk then
      call('HSET', meta, 'clk', whole(queue.clk))
    end
  end
end
