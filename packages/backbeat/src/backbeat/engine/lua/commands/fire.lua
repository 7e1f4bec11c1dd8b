--- fire: make the jobs of a schedule's due slots and move it on, in one step, if nobody was faster.
---
--- @key jobs hash
--- @arg at_ms     int the time, 0 for the server's
--- @arg name      str the schedule
--- @arg revision  int of the schedule, as it was read
--- @arg slot      str its next slot, as it was read: ms
--- @arg passed    str the last slot that is dealt with by this call
--- @arg next_slot str the one after that; '' for none
--- @arg next_due  int when that falls due
--- @arg left_out  int how many slots from `slot` on are not run, since they were missed
--- @rest tail n, (id, record, 0, flags)*: the slots that run, the oldest first
--- @field closed   nothing is added or claimed
--- @field max_jobs jobs that may be in the queue and not ended
--- @return fired | lost: another was faster | full: nothing was done; how many jobs were made
--- @code BB_CLOSED   the queue takes no jobs
--- @code BB_BAD_CALL the tail does not add up, or the slots do not rise
--- @include now read_queue refuse schedule_of sections ids_of tell_apart backlog create_queue
--- @include meet_overlap meet_twins forget_twins add_special settle_twins release_line emit
--- @include note_run_ends whole aim_schedule overfull_group update_groups wake_for_work

local now_ms = now(at_ms)
local schedule = schedule_of(name)
if not schedule or schedule.revision ~= revision or schedule.slot ~= slot or schedule.paused then
  return {'lost', 0}
end
local parts = sections(tail, 4)
local ids = parts and ids_of({count = 0}, parts[1])
local rises = tonumber(passed) and tonumber(slot) <= tonumber(passed)
  and (next_slot == '' or (tonumber(next_slot) or 0) > tonumber(passed))
if not ids or not rises then
  return refuse('BB_BAD_CALL', 'the parts of a firing do not add up')
end
local queue = read_queue()
if queue.closed then
  return refuse('BB_CLOSED', 'takes no jobs')
end
local known, fresh = {}, #ids
if #ids > 0 then
  local existing, kept = tell_apart(queue, now_ms, ids, {})
  for _, index in ipairs(existing) do known[index] = true end
  for _, index in ipairs(kept) do known[index] = true end
  fresh = #ids - #existing - #kept
end
if queue.max_jobs and fresh > 0 and backlog() + fresh > tonumber(queue.max_jobs) then
  return {'full', 0}
end
if overfull_group(queue, now_ms, parts[1], 0, known) then
  return {'full', 0}
end

create_queue(queue, now_ms)
-- A write that needs memory goes first: a full server has to refuse what adds jobs.
call('HSET', jobs, string.rep('~', 65), '')
local added = {}
local skipped, later = meet_overlap(queue, now_ms, name, schedule, parts[1], known)
local met = meet_twins(now_ms, parts[1], 0, known)
forget_twins(schedule, parts[1], met.twins, known, skipped)
for index in pairs(met.later) do later[index] = true end
add_special(queue, now_ms, parts[1], 0, known, later, added)
settle_twins(queue, now_ms, met)
release_line(queue, now_ms, name, schedule)
emit(queue, 'added', added)

local lines, at = {}, '||' .. whole(now_ms) .. '|'
if left_out > 0 then
  lines[1] = slot .. '|missed' .. at .. whole(left_out)
end
for _, run in ipairs(skipped) do
  lines[#lines + 1] = run .. '|skipped' .. at .. '1'
end
note_run_ends(name, lines)
schedule.fired = schedule.fired + #added
schedule.passed = passed
schedule.slot = schedule.limit > 0 and schedule.fired >= schedule.limit and '' or next_slot
aim_schedule(queue, now_ms, name, schedule, whole(next_due))
update_groups(queue)
wake_for_work(queue)
return {'fired', #added}
