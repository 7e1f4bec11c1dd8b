--- retry: run ended jobs again.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg reset  int 1: their failures and crashes do not count any more
--- @rest tail ids, at most 500
--- @return how many had ended
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse read_queue unique_ids whereis is_final even_when_full unplace
--- @include unkeep note_ready retake_unique place emit update_groups wake_for_work rejoin_runs

local now_ms = now(at_ms)
local before = replay(sid, number, now_ms)
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
  unplace(queue, again, places)
  unkeep(queue, again)
  note_ready(queue, again, now_ms, reset == 1)
  retake_unique(queue, now_ms, again)
  place(queue, now_ms, again, false)
  rejoin_runs(queue, again)
  emit(queue, 'retried', again)
  update_groups(queue)
  wake_for_work(queue)
end
return answer(sid, number, now_ms, #again)
