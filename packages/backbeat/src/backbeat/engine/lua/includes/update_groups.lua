--- update_groups: write down which of the groups that were changed may run, and their counts.
---
--- @when queue.tally
--- @dynamic groups zset, groups that may run -> turn
--- @include note_starts group_stand group_turn save_groups

-- `later`: more will change, so that the counts can be written once, at the end of the call.
local function update_groups(queue, later)
  local tally = queue.tally
  for id, group in pairs(tally.leaving) do
    tally.lines[group].awaited, tally.lines[group].touched = '', true
    tally.leaving[id] = nil
  end
  local ready, held = {}, {}
  for name, line in pairs(tally.lines) do
    if not later and line.started and line.rules.starts > 0 then
      note_starts(queue, name, line)
      line.touched = true
    end
    if line.touched then
      local stand = group_stand(queue, name, line)
      if stand == 'ready' then
        if line.stand ~= 'ready' or line.at ~= line.turn then
          ready[#ready + 1] = group_turn(line)
          ready[#ready + 1] = name
          line.at = line.turn
        end
      elseif line.stand ~= 'held' then
        held[#held + 1] = name
      end
      line.stand, line.touched, line.unsaved = stand, false, true
    end
  end
  if #held > 0 then call('ZREM', prefix .. 'groups', unpack(held)) end
  if #ready > 0 then call('ZADD', prefix .. 'groups', unpack(ready)) end
  if not later then
    save_groups(queue)
  end
end
