--- tell_next: tell as many waiters as slots are free that their turn has come.
---
--- @key meta   hash
--- @key line   zset waiter -> ms since when it waits
--- @key waits  zset waiter -> ms by which it has asked again, or is gone
--- @key needs  hash waiter -> units of a rate, and u where it is these that it waits for
--- @key parked zset queue|id of a job -> ms since when it waits
--- @key told   zset waiter -> ms until which its turn lasts
--- @field lined somebody may wait
--- @include whole wake_waiter wait_for

-- A turn lasts half a second, that of a job one. Who comes next in line looks when it is over, so
-- that one that died meanwhile does not swallow it. Who waits for units knows when they come, and
-- is left alone. Answers the parked jobs among the told: their queues are elsewhere, so the caller
-- has to wake them.
local function tell_next(permit, now_ms)
  local jobs = {}
  if not permit.lined then
    return jobs
  end
  local spare, some = math.min(permit.free - call('ZCARD', told), 100), false
  local ready = spare > 0 and wait_for('slots') or {}
  while spare > 0 do
    local first = ready[1]
    local job = call('ZRANGE', parked, 0, 0, 'WITHSCORES')
    if not first and not job[1] then
      break
    end
    local waiter, turn_ms = nil, 500
    if first and not (job[1] and tonumber(job[2]) < first.since) then
      waiter = table.remove(ready, 1).name
      call('ZREM', line, waiter)
      call('ZREM', waits, waiter)
      call('HDEL', needs, waiter)
      wake_waiter(waiter)
    else
      waiter, turn_ms = job[1], 1000
      call('ZREM', parked, waiter)
      jobs[#jobs + 1] = waiter
    end
    call('ZADD', told, whole(now_ms + turn_ms), waiter)
    call('PEXPIRE', told, 60000)
    spare, some = spare - 1, true
  end
  if some and ready[1] then
    wake_waiter(ready[1].name)
  elseif not some and call('EXISTS', line, told, parked) == 0 then
    permit.lined = nil
    call('HDEL', meta, 'lined')
  end
  return jobs
end
