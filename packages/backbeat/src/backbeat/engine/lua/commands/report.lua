--- report: progress and log lines of active jobs.
---
--- @key active   zset
--- @key progress hash id -> JSON
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @arg number int the number of this report; 0: it has none, and must not be sent twice
--- @rest tail n, (id, ticket, progress or '', lines, line*)*
--- @return lost "id,id": attempts that are not valid any more
--- @code BB_LOST     the worker is not registered, or its number is another's
--- @code BB_BAD_CALL the rows do not add up
--- @include now registered refuse recall remember report_rows read_queue even_when_full open_hash
--- @include write_log notify emit

local now_ms = now(at_ms)
local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
if number > 0 then
  local before, stale = recall(sid, number)
  if before or stale then
    return stale or before[1]
  end
end
local rows, ids = report_rows(tail)
if not rows then
  return refuse('BB_BAD_CALL', 'the rows of a report do not add up')
end
local tickets = call('ZMSCORE', active, unpack(ids))
local queue = read_queue()
even_when_full()
local lost, moved, told = {}, {}, {}
for i, row in ipairs(rows) do
  local id, at = ids[i], row.at
  if tickets[i] ~= ARGV[at + 2] then
    lost[#lost + 1] = id
  else
    if ARGV[at + 3] ~= '' then
      open_hash(queue, progress, 'progress')
      call('HSET', progress, id, ARGV[at + 3])
      moved[#moved + 1] = id
      told[2 * #moved - 1] = id
      told[2 * #moved] = ARGV[at + 3]
    end
    write_log(queue, id, at + 5, at + 4 + row.lines)
  end
end
notify(queue, 'progress', moved, told, false)
emit(queue, 'progress', moved)
local answer = table.concat(lost, ',')
if number > 0 then
  remember(sid, number, now_ms, answer)
end
return answer
