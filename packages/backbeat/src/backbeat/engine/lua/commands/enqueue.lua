--- enqueue: add jobs; an id that is in the queue already stays as it is.
---
--- @key jobs hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail n, (id, record)*, n, (id, record, due_ms, flags)*; flag `r` replaces a kept job,
---   `c` one that is kept and was not completed, or whose own age is over
--- @field closed   nothing is added or claimed
--- @field max_jobs jobs that may be in the queue and not ended
--- @return ok or replay, existing "0,3", kept "5": indexes over both parts, twins "3=id": the jobs
---   that hold the unique keys of existing ones
--- @code BB_CLOSED     the queue takes no jobs
--- @code BB_QUEUE_FULL it would hold more jobs than it may; nothing is added
--- @code BB_GROUP_FULL a group would hold more waiting jobs than it may; nothing is added
--- @code BB_BAD_CALL   the tail does not add up
--- @include now read_queue refuse recall remember sections ids_of tell_apart backlog
--- @include meet_twins settle_twins overfull_group create_queue replace_kept add_plain add_special
--- @include line_up update_groups emit wake_for_work wake_worker

local now_ms = now(at_ms)
local before, stale = recall(sid, number)
if stale then
  return stale
end
if before then
  return {'replay', before[1], before[2], before[3]}
end
local queue = read_queue()
if queue.closed then
  return refuse('BB_CLOSED', 'takes no jobs')
end

local parts = sections(tail, 2, 4)
local plain, special = parts and parts[1], parts and parts[2]
local ids, replace
if parts then
  ids, replace = ids_of(plain, special)
end
if not ids or #ids == 0 then
  return refuse('BB_BAD_CALL', 'the parts of an add do not add up')
end
local existing, kept, replaced, places = tell_apart(queue, now_ms, ids, replace)
local known = {}
for _, index in ipairs(existing) do known[index] = true end
for _, index in ipairs(kept) do known[index] = true end
local met = special.count > 0 and meet_twins(now_ms, special, plain.count, known)
local twins = {}
for index, id in pairs(met and met.twins or {}) do
  known[index] = true
  existing[#existing + 1] = index
  twins[#twins + 1] = index .. '=' .. id
end
local fresh = #ids - #existing - #kept
if queue.max_jobs and fresh > 0 and backlog() + fresh > tonumber(queue.max_jobs) then
  return refuse('BB_QUEUE_FULL', 'holds as many jobs as it may')
end

if fresh == plain.count and special.count == 0 then
  -- What nearly every call is: nothing to leave out, so nothing is copied.
  create_queue(queue, now_ms)
  call('HSET', jobs, unpack(ARGV, plain.at + 1, plain.at + 2 * plain.count))
  line_up(queue, ids, false)
  wake_for_work(queue)
  emit(queue, 'added', ids)
elseif fresh > 0 then
  local added = {}
  local overfull = overfull_group(queue, now_ms, special, plain.count, known)
  if overfull then
    return refuse('BB_GROUP_FULL', overfull .. ' holds as many waiting jobs as it may')
  end
  create_queue(queue, now_ms)
  replace_kept(queue, replaced, places)
  add_plain(queue, plain, known, added)
  if add_special(queue, now_ms, special, plain.count, known, met and met.later, added) then
    wake_worker()
  end
  update_groups(queue)
  wake_for_work(queue)
  emit(queue, 'added', added)
end
if met then
  settle_twins(queue, now_ms, met)
end
local answer, others = table.concat(existing, ','), table.concat(kept, ',')
local holders = table.concat(twins, ',')
remember(sid, number, now_ms, answer, others, holders)
return {'ok', answer, others, holders}
