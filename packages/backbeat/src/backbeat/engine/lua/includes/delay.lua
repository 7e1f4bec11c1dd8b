--- delay: put jobs into `delayed`; `timed` is due ms, id, due ms, id...
---
--- @key meta    hash
--- @key delayed zset
--- @field next earliest due ms
--- @include whole

-- Answers whether the earliest due time of the queue came nearer: somebody must learn of it.
local function delay(queue, timed)
  if #timed == 0 then
    return false
  end
  call('ZADD', delayed, unpack(timed))
  local earliest = math.huge
  for i = 1, #timed, 2 do
    earliest = math.min(earliest, tonumber(timed[i]))
  end
  if queue.next and tonumber(queue.next) <= earliest then
    return false
  end
  queue.next = whole(earliest)
  call('HSET', meta, 'next', queue.next)
  return true
end
