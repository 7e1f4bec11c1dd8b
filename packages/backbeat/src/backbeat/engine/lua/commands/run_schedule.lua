--- run_schedule: make a job of a schedule now, beside its slots.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg name   str the schedule
--- @rest tail n, (id, record, 0, flags)*: one of them
--- @field closed   nothing is added or claimed
--- @field max_jobs jobs that may be in the queue and not ended
--- @return ok | unknown
--- @code BB_CLOSED     the queue takes no jobs
--- @code BB_QUEUE_FULL it holds as many jobs as it may
--- @code BB_BAD_CALL   the tail does not add up, or the id is taken
--- @include now recall remember answer refuse read_queue schedule_of sections ids_of tell_apart
--- @include backlog create_queue add_special emit run_of save_schedule update_groups wake_for_work

local now_ms = now(at_ms)
local before, stale = recall(sid, number)
if stale or before then
  return stale or before
end
local schedule = schedule_of(name)
if not schedule then
  return answer(sid, number, now_ms, 'unknown')
end
local queue = read_queue()
if queue.closed then
  return refuse('BB_CLOSED', 'takes no jobs')
end
local parts = sections(tail, 4)
local ids = parts and ids_of({count = 0}, parts[1])
if not ids or #ids ~= 1 or #tell_apart(queue, now_ms, ids, {}) > 0 then
  return refuse('BB_BAD_CALL', 'cannot run that of a schedule')
end
if queue.max_jobs and backlog() + 1 > tonumber(queue.max_jobs) then
  return refuse('BB_QUEUE_FULL', 'holds as many jobs as it may')
end

create_queue(queue, now_ms)
add_special(queue, now_ms, parts[1], 0, {}, {}, {})
emit(queue, 'added', ids)
if schedule.overlap ~= 'allow' then
  local _, run = run_of(ids[1])
  table.insert(schedule.live, run)
  save_schedule(name, schedule)
end
update_groups(queue)
wake_for_work(queue)
remember(sid, number, now_ms, 'ok')
return {'ok'}
