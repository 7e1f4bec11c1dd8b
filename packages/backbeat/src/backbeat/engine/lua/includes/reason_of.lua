--- reason_of: why a job that waits or is delayed does not run.
---
--- @key leases zset
--- @field closed      nothing is added or claimed
--- @field paused      workers claim nothing
--- @field max_running jobs that may be active at once
--- @field held_until  ms until which a shared limit holds the queue back
--- @dynamic groups zset, groups that may run -> turn
--- @include running state_at far rate_room now

local function reason_of(queue, place, run, score)
  local state = state_at(place)
  if state == 'delayed' then
    local reason = string.match(run, '^%d+:%d+:%d+:%d+:(%a+)')
    if tonumber(score) == far() then
      return reason == 'parked' and reason or 'unique'
    end
    return reason and reason ~= 'turn' and reason or 'delay'
  end
  if state ~= 'waiting' then
    return ''
  end
  if queue.closed then
    return 'closed'
  end
  if queue.paused then
    return 'paused'
  end
  if queue.max_running and running() >= tonumber(queue.max_running) then
    return 'limit'
  end
  if rate_room(queue) < 1 then
    return 'limit'
  end
  local group = string.match(place, '^group:(.*)$')
  if group and not call('ZSCORE', prefix .. 'groups', group) then
    return 'group'
  end
  if queue.held_until and tonumber(queue.held_until) > now(at_ms) then
    return 'limit'
  end
  return call('ZCARD', leases) > 0 and 'turn' or 'worker'
end
