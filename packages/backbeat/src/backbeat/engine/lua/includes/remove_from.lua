--- remove_from: remove jobs from where `whereis` found them.
---
--- @include unplace unkeep remove_now update_groups wake_for_work

local function remove_from(queue, now_ms, ids, places)
  unplace(queue, ids, places)
  unkeep(queue, ids)
  remove_now(queue, now_ms, ids)
  if queue.tally then
    update_groups(queue)
    wake_for_work(queue)
  end
end
