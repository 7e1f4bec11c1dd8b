--- retry: run ended jobs again.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg reset  int 1: their failures and crashes do not count any more
--- @rest tail ids, at most 500
--- @return how many had ended
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse read_queue unique_ids whereis is_final even_when_full
--- @include run_again

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
local places, again = whereis(queue, ids), {}
for _, id in ipairs(ids) do
  if is_final(places[id]) then
    again[#again + 1] = id
  end
end
if #again > 0 then
  even_when_full()
  run_again(queue, now_ms, again, places, reset == 1)
end
return answer(sid, number, now_ms, #again)
