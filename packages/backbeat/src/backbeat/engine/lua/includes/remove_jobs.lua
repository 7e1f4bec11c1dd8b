--- remove_jobs: forget jobs that are in no place any more, and say so.
---
--- @include forget notify emit end_scheduled now

local function remove_jobs(queue, ids)
  if queue.schedules then
    end_scheduled(queue, now(at_ms), nil, ids)
  end
  forget(queue, ids)
  notify(queue, 'removed', ids, {}, true)
  emit(queue, 'removed', ids)
end
