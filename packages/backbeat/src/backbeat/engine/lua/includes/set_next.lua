--- set_next: note when the earliest delayed job or schedule falls due, or a group wakes.
---
--- @key meta    hash
--- @key delayed zset
--- @dynamic schedule_due zset name -> ms
--- @dynamic group_wakes  zset group -> ms
--- @field next       earliest due ms
--- @field fire_after ms until which a worker fires schedules; then another one is asked
--- @field closed     nothing is added or claimed
--- @include whole clear_field

local function set_next(queue, now_ms)
  local earliest = tonumber(call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2])
  local slot = queue.schedules
    and tonumber(call('ZRANGE', prefix .. 'schedule_due', 0, 0, 'WITHSCORES')[2])
  if slot and slot <= now_ms then
    slot = queue.closed and now_ms + 1000 or math.max(slot, tonumber(queue.fire_after) or 0)
  elseif queue.fire_after then
    clear_field(queue, 'fire_after')
  end
  local wake = queue.groups
    and tonumber(call('ZRANGE', prefix .. 'group_wakes', 0, 0, 'WITHSCORES')[2])
  local first = math.min(earliest or math.huge, slot or math.huge, wake or math.huge)
  if first < math.huge then
    queue.next = whole(first)
    call('HSET', meta, 'next', queue.next)
  elseif queue.next then
    clear_field(queue, 'next')
  end
end
