--- note_queue: write down what came to a queue and ended since the last time, and how it stands.
---
--- @key meta   hash
--- @key leases zset
--- @key delayed zset
--- @key failed zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @include whole backlog running oldest_wait note_numbers

-- Once in a janitor's round, out of counters that are kept anyway. What was removed meanwhile is
-- missing from what came.
local function note_queue(queue, now_ms)
  local noted = call('HMGET', meta, 'total_completed', 'total_failed', 'total_cancelled',
    'total_stalled', 'total_reclaimed', 'measured')
  local ever, held = {}, backlog() + call('ZCARD', prefix .. 'waiting_children')
  for i = 1, 5 do
    ever[i] = tonumber(noted[i]) or 0
  end
  local all = {ever[1] + ever[2] + ever[3] + held, unpack(ever)}
  local before, fresh, text = string.gmatch((noted[6] or '') .. ',', '(%d*),'), {}, {}
  for i, value in ipairs(all) do
    local last = before()
    fresh[i] = whole(math.max(value - (tonumber(last or '') or 0), 0))
    text[i] = whole(value)
  end
  call('HSET', meta, 'measured', table.concat(text, ','))
  note_numbers(now_ms, '*', table.concat(fresh, ','))
  local active_now, late = running(), call('ZCARD', delayed)
  note_numbers(now_ms, '=', table.concat({
    whole(math.max(held - active_now - late, 0)), whole(late), whole(active_now),
    call('ZCARD', failed), whole(oldest_wait(queue, now_ms)), call('ZCARD', leases),
  }, ','))
end
