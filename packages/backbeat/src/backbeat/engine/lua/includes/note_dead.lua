--- note_dead: put jobs that failed for good, and are kept, into the groups of their failures.
---
--- @lazy only jobs that fail for good come here
--- @dynamic dead zset id -> slot * 2^42 + end ms
--- @include hint whole fingerprint_of dead_slot

-- Slot and time share the score, as in `expiring`: a count is a range, and nothing can drift from
-- it.
local function note_dead(queue, now_ms, ids, told)
  local results, scored = {}, {}
  for i = 1, #told, 2 do
    results[told[i]] = told[i + 1]
  end
  for i = 1, #ids do
    local slot = dead_slot(now_ms, fingerprint_of(ids[i], results[ids[i]]))
    scored[2 * i - 1] = whole(slot * 4398046511104 + now_ms)
    scored[2 * i] = ids[i]
  end
  call('ZADD', prefix .. 'dead', unpack(scored))
  hint(queue, 'dead')
end
