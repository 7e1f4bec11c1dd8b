--- join_groups: put jobs into the lines of their groups, behind their equals or before them.
---
--- @key meta hash
--- @dynamic group:<name> zset, id -> rank
--- @field clk the last sequence number given
--- @include open_groups group_lines rank whole

-- `members` are {id, group, level, lifo}. A job that its group waits for goes to the head in any
-- case: where the order is kept, nobody may overtake it.
local function join_groups(queue, now_ms, members, at_head)
  open_groups(queue)
  local names, scored = {}, {}
  for i = 1, #members do
    names[i] = members[i].group
  end
  local lines = group_lines(queue, names)
  for i = 1, #members do
    local one = members[i]
    local line, rows = lines[one.group], scored[one.group]
    if not rows then
      rows = {}
      scored[one.group] = rows
    end
    local first = at_head or line.awaited == one.id
    rows[#rows + 1] = whole(rank(queue, now_ms, one.level, one.lifo, first))
    rows[#rows + 1] = one.id
    if line.awaited == one.id then
      line.awaited = ''
    end
    line.waiting, line.touched = line.waiting + 1, true
    queue.tally.leaving[one.id] = nil
  end
  for group, rows in pairs(scored) do
    call('ZADD', prefix .. 'group:' .. group, unpack(rows))
  end
  call('HINCRBY', meta, 'grouped', #members)
  if queue.clk then
    call('HSET', meta, 'clk', whole(queue.clk))
  end
end
