--- claim_groups: take waiting jobs from the lines of groups, each in its turn.
---
--- @when queue.groups
--- @key meta hash
--- @dynamic groups zset, groups that may run -> turn
--- @include group_lines share_out take_from_group update_groups

-- One round is enough, unless groups turn out to be empty or held: these are left out of the next,
-- which looks at four times as many. Answers whether there may be more beyond the last round.
local function claim_groups(queue, now_ms, got, want)
  for round = 0, 5 do
    local left = want - #got
    local names = left > 0 and call('ZRANGE', prefix .. 'groups', '-inf',
      '(9000000000000000', 'BYSCORE', 'LIMIT', 0, math.min(left * 4 ^ round, 1000)) or {}
    if #names == 0 then
      return false
    end
    local lines, rows, at, popped = group_lines(queue, names), {}, {}, 0
    for _, name in ipairs(share_out(queue, now_ms, names, lines, left)) do
      if not rows[name] then
        local count
        rows[name], count = take_from_group(queue, name, lines[name])
        at[name], popped = 1, popped + count
      end
      got[#got + 1] = rows[name][at[name]]
      at[name] = at[name] + 2
    end
    if popped > 0 then
      call('HINCRBY', meta, 'grouped', -popped)
    end
    queue.tally.now_ms = now_ms
    update_groups(queue, true)
  end
  return true
end
