--- release_line: let the first parked run of a schedule go, where none before it is left.
---
--- @key delayed zset
--- @include far note_ready place emit wake_worker

-- One that is not parked any more was promoted, cancelled or removed.
local function release_line(queue, now_ms, name, schedule)
  while #schedule.live == 0 and #schedule.line > 0 do
    local run = table.remove(schedule.line, 1)
    local id = 'schedule:' .. name .. ':' .. run
    if tonumber(call('ZSCORE', delayed, id)) == far() then
      call('ZREM', delayed, id)
      note_ready(queue, {id}, now_ms, true)
      place(queue, now_ms, {id}, false)
      emit(queue, 'waiting', {id})
      wake_worker()
      schedule.live = {run}
    end
  end
end
