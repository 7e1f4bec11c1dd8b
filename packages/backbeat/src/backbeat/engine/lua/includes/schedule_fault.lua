--- schedule_fault: what is wrong with a schedule, nil for nothing; and those of its runs that last.
---
--- @key jobs      hash
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @key schedules hash name -> record
--- @dynamic schedule_states hash name -> state
--- @dynamic schedule_due    zset name -> ms
--- @include schedule_of

-- A run that is gone or has ended and still counts as going on holds up the next ones for ever.
local function schedule_fault(name)
  local known = call('HEXISTS', schedules, name) == 1
  local state = call('HGET', prefix .. 'schedule_states', name) or ''
  local due = tonumber(call('ZSCORE', prefix .. 'schedule_due', name) or nil)
  if not known then
    return (state ~= '' or due) and 'no schedule' or nil
  end
  local schedule = schedule_of(name)
  if not schedule then
    return 'no state'
  end
  local function lasting(runs)
    local left = {}
    for _, run in ipairs(runs) do
      local id = 'schedule:' .. name .. ':' .. run
      local over = call('ZSCORE', completed, id) or call('ZSCORE', failed, id)
        or call('ZSCORE', cancelled, id)
      if not over and call('HEXISTS', jobs, id) == 1 then
        left[#left + 1] = run
      end
    end
    return left
  end
  local live, line = lasting(schedule.live), lasting(schedule.line)
  if #live + #line < #schedule.live + #schedule.line then
    return 'lost runs', live, line
  end
  local slot = not schedule.paused and tonumber(schedule.slot) or nil
  if (slot == nil) ~= (due == nil) or slot and due < slot then
    return 'no slot'
  end
  return nil
end
