--- delay: put jobs into `delayed`; `timed` is due ms, id, due ms, id...
---
--- @key delayed zset
--- @include bring_nearer

-- Answers whether the earliest due time of the queue came nearer: somebody must learn of it.
local function delay(queue, timed)
  if #timed == 0 then
    return false
  end
  call('ZADD', delayed, unpack(timed))
  local earliest = math.huge
  for i = 1, #timed, 2 do
    earliest = math.min(earliest, tonumber(timed[i]))
    if queue.tally then
      queue.tally.leaving[timed[i + 1]] = nil
    end
  end
  return bring_nearer(queue, earliest)
end
