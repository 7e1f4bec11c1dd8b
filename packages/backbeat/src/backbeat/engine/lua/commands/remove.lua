--- remove: delete jobs, in whatever state, unless they are active.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail ids, at most 500
--- @return removed, active "id,id": left alone
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse read_queue unique_ids whereis even_when_full
--- @include remove_from

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
local places = whereis(queue, ids)
local removed, active_ids = {}, {}
for _, id in ipairs(ids) do
  if places[id] == 'active' then
    active_ids[#active_ids + 1] = id
  elseif places[id] then
    removed[#removed + 1] = id
  end
end
if #removed > 0 then
  even_when_full()
  remove_from(queue, now_ms, removed, places)
end
return answer(sid, number, now_ms, #removed, table.concat(active_ids, ','))
