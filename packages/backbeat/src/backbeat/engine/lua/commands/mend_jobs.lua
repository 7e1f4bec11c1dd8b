--- mend_jobs: put right what is wrong with these jobs.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg group  str the line in which they were met, or ''
--- @rest tail ids, at most 20: the lists are searched for each
--- @return (id, what was wrong)*
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse unique_ids read_queue even_when_full facts_of faults_of
--- @include mend_job update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local ids, done = unique_ids(tail), {}
if not ids or #ids > 20 then
  return refuse('BB_BAD_CALL', 'takes at most 20 ids')
end
local queue = read_queue()
even_when_full()
for i = 1, #ids do
  for _, words in ipairs(faults_of(facts_of(ids[i], group, -1), true)) do
    -- Looked at anew each time: what was put right before may have changed it.
    mend_job(queue, now_ms, facts_of(ids[i], group, -1), words)
    done[#done + 1] = ids[i]
    done[#done + 1] = words
  end
end
if queue.tally then
  update_groups(queue)
end
wake_for_work(queue)
return answer(sid, number, now_ms, unpack(done))
