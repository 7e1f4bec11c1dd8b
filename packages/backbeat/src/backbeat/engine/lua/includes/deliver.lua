--- deliver: make claimed jobs active and add them to the reply: id, record, run record.
---
--- @key jobs   hash
--- @key runs   hash
--- @key active zset
--- @field rate       cost that may start in each `rate_ms`
--- @field rate_burst cost that a bucket holds
--- @field ageing     ms of waiting that a level is worth
--- @include place undo_claims release_unique rate_room draw_rate head_of note_run_starts put_again

-- Stops at 4 MiB, or one reply of large jobs would hold up everyone, and where neither the rate nor
-- the budget has room for what the next one costs; what is over goes back to where it was. An id
-- without a record, left by a foreign hand, is dropped. Answers the delivered ids, and what the
-- next job costs if the budget was too small for it.
local function deliver(queue, now_ms, ticket, ids, reply, budget)
  local delivered, scored, rest, n, bytes = {}, {}, {}, 0, 0
  local at, spent, room = #reply, 0, rate_room(queue)
  local most = tonumber(queue.rate_burst or queue.rate)
  local without, headed, heads = {}, {}, {}
  local left, top = string.match(budget, '^(%d+):(%d+)$')
  local paid, dear = 0, nil
  left, top = tonumber(left) or math.huge, tonumber(top)
  for first = 1, #ids, 100 do
    local last = math.min(first + 99, #ids)
    local full = bytes >= 4194304
    local records = full and {} or call('HMGET', jobs, unpack(ids, first, last))
    local ran = queue.runs and not full and call('HMGET', runs, unpack(ids, first, last)) or {}
    for i = 1, last - first + 1 do
      local id, record = ids[first + i - 1], records[i]
      local cost, price = 1, 1
      if (most or top) and queue.special then
        local own = select(5, head_of(record))
        cost, price = math.min(own, most or own), math.min(own, top or own)
      end
      if #rest == 0 and paid + price > left then
        dear = price
      end
      if bytes >= 4194304 or spent + cost > room or dear or #rest > 0 then
        rest[#rest + 1] = id
      elseif record then
        spent, paid = spent + cost, paid + price
        bytes = bytes + #record
        reply[at + 1], reply[at + 2], reply[at + 3] = id, record, ran[i] or ''
        at = at + 3
        scored[2 * n + 1], scored[2 * n + 2] = ticket, id
        n = n + 1
        delivered[n] = id
        if queue.unique and string.byte(record) == 120 then
          headed[#headed + 1], heads[id] = id, record
        end
      else
        without[#without + 1] = id
      end
    end
  end
  if n > 0 then
    call('ZADD', active, unpack(scored))
    release_unique(queue, headed, 'started', heads)
    note_run_starts(queue, now_ms, delivered)
  end
  draw_rate(queue, now_ms, spent)
  undo_claims(queue, without)
  if #rest > 0 then
    undo_claims(queue, rest)
    if queue.ageing then
      rest = put_again(queue, rest)
    end
    place(queue, now_ms, rest, true)
  end
  if dear then
    reply[at + 1], reply[at + 2], reply[at + 3] = '', dear, ''
  end
  return delivered, dear
end
