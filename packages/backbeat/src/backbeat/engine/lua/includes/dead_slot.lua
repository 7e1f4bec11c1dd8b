--- dead_slot: the slot of a fingerprint in the scores of `dead`; of a new one too.
---
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @dynamic dead_slots  hash slot -> fingerprint
--- @include whole

-- At most 1,000 groups: what comes beyond goes into `other`, slot 0, so that reading all groups
-- has a bound whatever handlers put into their messages.
local function dead_slot(now_ms, fingerprint)
  local groups, slots = prefix .. 'dead_groups', prefix .. 'dead_slots'
  local known = call('HGET', groups, fingerprint)
  if known then
    return tonumber(string.match(known, '^%d+'))
  end
  local slot, count = 0, call('HLEN', groups)
  if fingerprint ~= 'other' then
    if count >= 1000 then
      return dead_slot(now_ms, 'other')
    end
    slot = count + 1
    while call('HEXISTS', slots, slot) == 1 do
      slot = slot % 1000 + 1
    end
  end
  call('HSET', groups, fingerprint, slot .. '|' .. whole(now_ms))
  call('HSET', slots, slot, fingerprint)
  return slot
end
