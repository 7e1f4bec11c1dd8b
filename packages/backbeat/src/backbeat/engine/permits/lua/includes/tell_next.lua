--- tell_next: tell as many waiters as slots are free that their turn has come.
---
--- @key meta   hash
--- @key line   zset waiter -> ms since when it waits
--- @key waits  zset waiter -> ms by which it has asked again, or is gone
--- @key needs  hash waiter -> units
--- @key parked zset queue|id of a job -> ms since when it waits
--- @key told   zset waiter -> ms until which its turn lasts
--- @dynamic wake:<waiter> list, a token for one that blocks
--- @field lined somebody may wait
--- @include whole

-- A turn lasts a second. Who comes next in line looks when it is over, so that one that died
-- meanwhile does not swallow it. Answers the parked jobs among the told: their queues are
-- elsewhere, so the caller has to wake them.
local function tell_next(permit, now_ms)
  local jobs = {}
  if not permit.lined then
    return jobs
  end
  local function wake(waiter)
    call('LPUSH', prefix .. 'wake:' .. waiter, 1)
    call('PEXPIRE', prefix .. 'wake:' .. waiter, 60000)
  end
  local spare, some = math.min(permit.free - call('ZCARD', told), 100), false
  while spare > 0 do
    local first = call('ZRANGE', line, 0, 0, 'WITHSCORES')
    local job = call('ZRANGE', parked, 0, 0, 'WITHSCORES')
    local waiter = first[1] or job[1]
    if not waiter then
      break
    end
    if first[1] and not (job[1] and tonumber(job[2]) < tonumber(first[2])) then
      call('ZREM', line, waiter)
      call('ZREM', waits, waiter)
      call('HDEL', needs, waiter)
      wake(waiter)
    else
      waiter = job[1]
      call('ZREM', parked, waiter)
      jobs[#jobs + 1] = waiter
    end
    call('ZADD', told, whole(now_ms + 1000), waiter)
    call('PEXPIRE', told, 60000)
    spare, some = spare - 1, true
  end
  local second = call('ZRANGE', line, 0, 0)[1]
  if some and second then
    wake(second)
  elseif not second and call('EXISTS', told, parked) == 0 then
    permit.lined = nil
    call('HDEL', meta, 'lined')
  end
  return jobs
end
