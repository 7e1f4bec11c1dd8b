--- remove_jobs: forget jobs that are in no place any more, and say so.
---
--- @include forget notify emit

local function remove_jobs(queue, ids)
  forget(queue, ids)
  notify(queue, 'removed', ids, {}, true)
  emit(queue, 'removed', ids)
end
