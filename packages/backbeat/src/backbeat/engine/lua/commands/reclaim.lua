--- reclaim: take the jobs of the worker whose lease has been over for longest.
---
--- @key workers hash
--- @key leases  zset number -> deadline ms
--- @key meta    hash
--- @arg at_ms       int the time, 0 for the server's
--- @arg believed_ms int the latest that it can be by the caller's own clock, 0: it has none
--- @return moved, failed, more 0/1: call again, next lease deadline or 0, now_ms
--- @include now whole read_queue even_when_full hand_back forget_worker

local now_ms = now(at_ms)
-- Where the server's clock was put forward, time that has not passed ends no lease.
local until_ms = believed_ms > 0 and math.min(now_ms, believed_ms + 1000) or now_ms
local moved, failed, more = 0, 0, false
local expired = call('ZRANGE', leases, '-inf', whole(until_ms), 'BYSCORE', 'LIMIT', 0, 1)[1]
if expired then
  local worker, queue = tonumber(expired), read_queue()
  even_when_full()
  -- From here on every call of that worker is refused, also where it has more jobs than one call
  -- takes.
  if call('HDEL', workers, worker) == 1 then
    call('HINCRBY', meta, 'total_reclaimed', 1)
  end
  moved, failed, more = hand_back(queue, now_ms, worker, true)
  if not more then
    forget_worker(queue, worker)
  end
end
local deadline = call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2] or '0'
local another = deadline ~= '0' and tonumber(deadline) <= until_ms
return {moved, failed, another and 1 or 0, deadline, whole(now_ms)}
