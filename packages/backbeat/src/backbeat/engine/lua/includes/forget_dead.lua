--- forget_dead: take jobs out of the groups of their failures; a group without jobs goes.
---
--- @lazy only jobs that failed for good come here
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @dynamic dead_slots  hash slot -> fingerprint
--- @include slot_range unhint

local function forget_dead(queue, ids)
  if not queue.dead or #ids == 0 then
    return
  end
  local dead, slots, left = prefix .. 'dead', prefix .. 'dead_slots', {}
  for _, score in ipairs(call('ZMSCORE', dead, unpack(ids))) do
    if score then
      left[math.floor(tonumber(score) / 4398046511104)] = true
    end
  end
  call('ZREM', dead, unpack(ids))
  for slot in pairs(left) do
    local first, last = slot_range(slot)
    if call('ZCOUNT', dead, first, last) == 0 then
      call('HDEL', prefix .. 'dead_groups', call('HGET', slots, slot) or '')
      call('HDEL', slots, slot)
    end
  end
  if call('EXISTS', dead) == 0 then
    unhint(queue, 'dead')
  end
end
