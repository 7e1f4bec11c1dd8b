--- leave_line: take a waiter out of wherever it waits.
---
--- @key line   zset waiter -> ms since when it waits
--- @key waits  zset waiter -> ms by which it has asked again, or is gone
--- @key needs  hash waiter -> units
--- @key parked zset queue|id of a job -> ms since when it waits
--- @key told   zset waiter -> ms until which its turn lasts
--- @dynamic wake:<waiter> list, a token for one that blocks
--- @field lined somebody may wait

local function leave_line(permit, waiter)
  if not permit.lined then
    return
  end
  call('ZREM', told, waiter)
  if call('ZREM', line, waiter) == 1 then
    call('ZREM', waits, waiter)
  end
  call('HDEL', needs, waiter)
  call('ZREM', parked, waiter)
  call('DEL', prefix .. 'wake:' .. waiter)
end
