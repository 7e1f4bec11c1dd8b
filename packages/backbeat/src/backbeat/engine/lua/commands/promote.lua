--- promote: let delayed jobs start now.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail ids, at most 500
--- @return how many were delayed
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse read_queue unique_ids whereis even_when_full unplace place
--- @include emit update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local ids = unique_ids(tail)
if not ids or #ids == 0 then
  return refuse('BB_BAD_CALL', 'takes 1 to 500 ids')
end
local queue = read_queue()
local places, promoted = whereis(queue, ids), {}
for _, id in ipairs(ids) do
  if places[id] == 'delayed' then
    promoted[#promoted + 1] = id
  end
end
if #promoted > 0 then
  even_when_full()
  unplace(queue, promoted, places)
  place(queue, now_ms, promoted, false)
  emit(queue, 'waiting', promoted)
  update_groups(queue)
  wake_for_work(queue)
end
return answer(sid, number, now_ms, #promoted)
