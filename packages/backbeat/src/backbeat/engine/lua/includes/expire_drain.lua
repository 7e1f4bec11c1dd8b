--- expire_drain: forget a drain that nobody has gone on with for ten minutes.
---
--- @key meta hash
--- @include end_drain

-- Whoever drains gives up after a minute without an answer. Compaction waits for its end.
local function expire_drain(queue, now_ms)
  if queue.drain and now_ms - (tonumber(call('HGET', meta, 'drain_at')) or 0) > 600000 then
    end_drain(queue)
  end
end
