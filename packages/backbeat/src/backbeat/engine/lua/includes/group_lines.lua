--- group_lines: what is known of groups, by name: jobs active and waiting, turn, rules.
---
--- @dynamic group_stats hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @dynamic group_rules hash, group -> rules; `*` -> those of all groups
--- @include group_rules

-- Read once a call: whoever changes a line sets `touched`, and `update_groups` writes it. A turn is
-- virtual time: each start moves its group back by its share, and the one furthest ahead is next.
local function group_lines(queue, names)
  local tally = queue.tally or {lines = {}, turns = {}, leaving = {}, claimed = {}}
  local lines, missing = tally.lines, {}
  for i = 1, #names do
    if not lines[names[i]] then
      lines[names[i]] = true
      missing[#missing + 1] = names[i]
    end
  end
  if #missing == 0 then
    return lines
  end
  local stats = call('HMGET', prefix .. 'group_stats', '*', unpack(missing))
  local own = queue.rules and call('HMGET', prefix .. 'group_rules', '*', unpack(missing)) or {}
  if not queue.tally then
    queue.tally = tally
    tally.rules = group_rules(own[1])
    for level, turn in string.gmatch(stats[1] or '', '(%d+)=(%d+)') do
      tally.turns[tonumber(level)] = tonumber(turn)
    end
  end
  for i, name in ipairs(missing) do
    local line = {active = 0, waiting = 0, turn = 0, awaited = '', rules = tally.rules}
    lines[name] = line
    if own[i + 1] then
      line.own, line.rules = own[i + 1], group_rules(own[i + 1], tally.rules)
    end
    if stats[i + 1] then
      local active, waiting, turn, stand, awaited = string.match(stats[i + 1],
        '^(%d+):(%d+):(%d+):(%l+):(.*)$')
      line.active, line.waiting, line.turn = active + 0, waiting + 0, turn + 0
      line.awaited, line.stand, line.at, line.known = awaited, stand, line.turn, true
    end
  end
  return lines
end
