--- unpark: let jobs that wait for a lock start now, at the head.
---
--- @key runs hash id -> starts:fails:crashes:snoozes:reason
--- @arg at_ms int the time, 0 for the server's
--- @rest tail ids, at most 500
--- @return those that were parked, "id,id"
--- @code BB_BAD_CALL too many ids
--- @include now refuse read_queue unique_ids whereis even_when_full unplace place emit
--- @include update_groups wake_for_work

-- Without a number: a job that waits for something else is left alone, so a call that arrives late
-- or twice does no harm.
local now_ms = now(at_ms)
local ids = unique_ids(tail)
if not ids or #ids == 0 then
  return refuse('BB_BAD_CALL', 'takes 1 to 500 ids')
end
local queue = read_queue()
local places, parked = whereis(queue, ids), {}
local ran = queue.runs and call('HMGET', runs, unpack(ids)) or {}
for i, id in ipairs(ids) do
  if places[id] == 'delayed' and string.match(ran[i] or '', '^%d+:%d+:%d+:%d+:lock') then
    parked[#parked + 1] = id
  end
end
if #parked > 0 then
  even_when_full()
  unplace(queue, parked, places)
  place(queue, now_ms, parked, true)
  emit(queue, 'waiting', parked)
  update_groups(queue)
  wake_for_work(queue)
end
return table.concat(parked, ',')
