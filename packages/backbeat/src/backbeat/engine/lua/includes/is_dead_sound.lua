--- is_dead_sound: whether the groups of failures and their slots agree with each other.
---
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @dynamic dead_slots  hash slot -> fingerprint
--- @include slot_range

local function is_dead_sound()
  local dead, groups, slots = prefix .. 'dead', prefix .. 'dead_groups', prefix .. 'dead_slots'
  local entries, count = call('HGETALL', slots), 0
  for i = 1, #entries, 2 do
    local slot, known = entries[i], call('HGET', groups, entries[i + 1]) or ''
    local first, last = slot_range(tonumber(slot))
    local jobs_there = call('ZCOUNT', dead, first, last)
    if string.match(known, '^%d+') ~= slot or jobs_there == 0 then
      return false
    end
    count = count + jobs_there
  end
  return count == call('ZCARD', dead) and call('HLEN', groups) == #entries / 2
end
