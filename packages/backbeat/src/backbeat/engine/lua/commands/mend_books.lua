--- mend_books: put the numbers and notes of the queue right, by what is in its tables.
---
--- @key meta    hash
--- @field created ms, when the queue was first used
--- @key leases  zset
--- @dynamic dead        zset
--- @dynamic dead_groups hash
--- @dynamic dead_slots  hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @return how many were wrong
--- @include now whole replay answer read_queue even_when_full create_queue sums_of hints_due hint
--- @include is_dead_sound unhint due_unnoticed set_next workers_astray wake_for_work
--- @include sentinels_lost

local now_ms, fixed = now(at_ms), 0
local before = replay(sid, number)
if before then
  return before
end
local queue = read_queue()
even_when_full()
for _, name in ipairs(hints_due(queue)) do
  hint(queue, name)
  fixed = fixed + 1
end
if sentinels_lost(queue) then
  queue.created = nil
  create_queue(queue, now_ms)
  fixed = fixed + 1
end
for _, sum in ipairs(sums_of()) do
  if sum[2] ~= sum[3] then
    call('HSET', meta, sum[1], whole(sum[3]))
    fixed = fixed + 1
  end
end
if not is_dead_sound() then
  -- Begun anew: each failed job that is not in them is put in afterwards, one by one.
  call('UNLINK', prefix .. 'dead', prefix .. 'dead_groups', prefix .. 'dead_slots')
  if queue.dead then
    unhint(queue, 'dead')
  end
  fixed = fixed + 1
end
if due_unnoticed(queue) then
  set_next(queue, now_ms)
  fixed = fixed + 1
end
for _, worker in ipairs(workers_astray()) do
  call('ZADD', leases, whole(now_ms), worker)
  fixed = fixed + 1
end
wake_for_work(queue)
return answer(sid, number, now_ms, fixed)
