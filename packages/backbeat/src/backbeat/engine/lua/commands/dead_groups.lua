--- dead_groups: groups of failures, with what is known of the latest job of each.
---
--- @key jobs    hash
--- @key results hash
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @dynamic dead_slots  hash slot -> fingerprint
--- @arg at_ms int the time, 0 for the server's
--- @arg from  int slot to begin at: 0, then the one that the last page answered
--- @arg limit int at most 200
--- @return the next slot, 0 at the end; (fingerprint, count, since ms, first ms, last ms, id,
---   name, result)*, first and last of those that are kept, the others of the latest
--- @include slot_range whole name_of

local slots = {}
for _, slot in ipairs(call('HKEYS', prefix .. 'dead_slots')) do
  if tonumber(slot) >= from then
    slots[#slots + 1] = tonumber(slot)
  end
end
table.sort(slots)

local function moment_at(score)
  return whole(tonumber(score) % 4398046511104)
end

local dead, reply = prefix .. 'dead', {0}
for i = 1, #slots do
  if i > math.max(math.min(limit, 200), 1) then
    reply[1] = slots[i]
    break
  end
  local fingerprint = call('HGET', prefix .. 'dead_slots', slots[i])
  local since = string.match(call('HGET', prefix .. 'dead_groups', fingerprint) or '', '|(%d+)$')
  local low, high = slot_range(slots[i])
  local old = call('ZRANGE', dead, low, high, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
  local new = call('ZRANGE', dead, high, low, 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES')
  if new[1] then
    local row = {fingerprint, call('ZCOUNT', dead, low, high), since or '0', moment_at(old[2]),
      moment_at(new[2]), new[1], name_of(call('HGET', jobs, new[1])),
      call('HGET', results, new[1]) or ''}
    for n = 1, #row do
      reply[#reply + 1] = row[n]
    end
  end
end
return reply
