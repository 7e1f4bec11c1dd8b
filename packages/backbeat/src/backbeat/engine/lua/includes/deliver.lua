--- deliver: make claimed jobs active and add them to the reply: id, record, run record.
---
--- @key jobs   hash
--- @key runs   hash
--- @key active zset
--- @field rate       cost that may start in each `rate_ms`
--- @field rate_burst cost that a bucket holds
--- @include place release_unique rate_room draw_rate head_of note_starts

-- Stops at 4 MiB, or one reply of large jobs would hold up everyone, and where the rate has no room
-- for what the next one costs; what is over goes back to the head. An id without a record, left by
-- a foreign hand, is dropped. Answers the delivered ids.
local function deliver(queue, now_ms, ticket, ids, reply)
  local delivered, scored, rest, n, bytes = {}, {}, {}, 0, 0
  local at, spent, room = #reply, 0, rate_room(queue)
  local most = tonumber(queue.rate_burst or queue.rate)
  for first = 1, #ids, 100 do
    local last = math.min(first + 99, #ids)
    local full = bytes >= 4194304
    local records = full and {} or call('HMGET', jobs, unpack(ids, first, last))
    local ran = queue.runs and not full and call('HMGET', runs, unpack(ids, first, last)) or {}
    for i = 1, last - first + 1 do
      local id, record = ids[first + i - 1], records[i]
      local cost = 1
      if most and queue.special then
        cost = math.min(select(5, head_of(record)), most)
      end
      if bytes >= 4194304 or spent + cost > room or #rest > 0 then
        rest[#rest + 1] = id
      elseif record then
        spent = spent + cost
        bytes = bytes + #record
        reply[at + 1], reply[at + 2], reply[at + 3] = id, record, ran[i] or ''
        at = at + 3
        scored[2 * n + 1], scored[2 * n + 2] = ticket, id
        n = n + 1
        delivered[n] = id
      end
    end
  end
  if n > 0 then
    call('ZADD', active, unpack(scored))
    release_unique(queue, delivered, 'started')
    if queue.schedules then
      note_starts(queue, now_ms, delivered)
    end
  end
  draw_rate(queue, now_ms, spent)
  if #rest > 0 then
    place(queue, now_ms, rest, true)
  end
  return delivered
end
