--- due_unnoticed: whether a delayed job, a schedule or a group would fall due and nobody look.
---
--- @key delayed zset
--- @dynamic schedule_due zset name -> ms
--- @dynamic group_wakes  zset group -> ms
--- @field next       earliest due ms
--- @field fire_after ms until which a worker fires schedules; then another one is asked
--- @field closed     nothing is added or claimed

-- A closed queue looks after its schedules from time to time only.
local function due_unnoticed(queue)
  local function first(key)
    return tonumber(call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]) or math.huge
  end
  local slot = first(prefix .. 'schedule_due')
  if slot < math.huge then
    slot = queue.closed and math.huge or math.max(slot, tonumber(queue.fire_after) or 0)
  end
  local earliest = math.min(first(delayed), slot, first(prefix .. 'group_wakes'))
  return earliest < math.huge and (tonumber(queue.next) or math.huge) > earliest
end
