--- measure: write down what a worker has counted of the jobs that it ran.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail n, (handler, numbers by ',')*
--- @return ok
--- @code BB_BAD_CALL the tail does not add up
--- @include now replay answer refuse sections note_numbers

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local parts = sections(tail, 2)
if not parts then
  return refuse('BB_BAD_CALL', 'the parts of a measurement do not add up')
end
local rows = {}
for i = 1, parts[1].count do
  local at = parts[1].at + 2 * i
  rows[i] = {ARGV[at - 1], ARGV[at]}
  if not string.find(rows[i][1], '^[%w._-]+$') or not string.find(rows[i][2], '^[%d,]+$') then
    return refuse('BB_BAD_CALL', 'a measurement is a handler and numbers')
  end
end

-- On a full server nothing is measured: the first write is refused, and the worker tries later.
for _, row in ipairs(rows) do
  note_numbers(now_ms, row[1], row[2])
end
return answer(sid, number, now_ms, 'ok')
