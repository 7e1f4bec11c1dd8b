--- save_groups: write down the counts and turns of the groups that this call has changed.
---
--- @dynamic group_names zset, every group, by name
--- @dynamic group_stats hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @include forget_groups

local function save_groups(queue)
  local tally, stats, fresh, idle = queue.tally, {}, {}, {}
  for name, line in pairs(tally.lines) do
    if line.unsaved then
      if line.stand == 'idle' then
        idle[#idle + 1] = name
      else
        -- All of them are below 10^14, so that Lua's own conversion keeps every digit.
        stats[#stats + 1] = name
        stats[#stats + 1] = line.active .. ':' .. line.waiting .. ':' .. line.turn .. ':'
          .. line.stand .. ':' .. line.awaited
        if not line.known then
          fresh[#fresh + 1] = 0
          fresh[#fresh + 1] = name
        end
      end
      line.unsaved, line.known = false, line.stand ~= 'idle'
    end
  end
  if tally.moved then
    local turns = {}
    for level, turn in pairs(tally.turns) do
      turns[#turns + 1] = level .. '=' .. turn
    end
    stats[#stats + 1] = '*'
    stats[#stats + 1] = table.concat(turns, ',')
    tally.moved = false
  end
  if #fresh > 0 then call('ZADD', prefix .. 'group_names', unpack(fresh)) end
  if #stats > 0 then call('HSET', prefix .. 'group_stats', unpack(stats)) end
  forget_groups(queue, idle)
end
