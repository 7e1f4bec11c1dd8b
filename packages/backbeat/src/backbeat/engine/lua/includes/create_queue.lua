--- create_queue: give a new queue its sentinels.
---
--- @key meta    hash
--- @key jobs    hash
--- @key results hash
--- @key active  zset
--- @field created ms, when the queue was first used
--- @include whole

-- Small hashes and sets are searched from end to end. One entry longer than 64 bytes turns them
-- into real tables for good, whatever the server's limits: 2.5 times faster at 100 ids a call.
local function create_queue(queue, now_ms)
  if queue.created then
    return
  end
  local long = string.rep('~', 65)
  queue.created = whole(now_ms)
  call('HSET', meta, 'created', queue.created, long, '')
  call('HSET', jobs, long, '')
  call('HSET', results, long, '')
  call('ZADD', active, -1, long)
end
