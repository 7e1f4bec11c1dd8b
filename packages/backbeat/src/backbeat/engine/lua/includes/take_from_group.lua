--- take_from_group: take the first jobs of a group, as many as `share_out` gave it: id, rank, id...
---
--- @dynamic group:<name> zset, id -> rank

local function take_from_group(queue, name, line)
  local rows = call('ZPOPMIN', prefix .. 'group:' .. name, line.taken)
  local count = #rows / 2
  -- Fewer than there should be: a foreign hand. Then none is left.
  line.waiting = count < line.taken and 0 or line.waiting - count
  line.active = line.active + count
  line.started = (line.started or 0) + count
  line.spent = line.rules.starts > 0 and line.room == 0
  queue.tally.claimed[#queue.tally.claimed + 1] = {group = name, rows = rows}
  return rows, count
end
