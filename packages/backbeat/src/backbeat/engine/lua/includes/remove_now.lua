--- remove_now: remove jobs that are in no place any more, and let the flows they belong to know.
---
--- @include remove_jobs flow_step

local function remove_now(queue, now_ms, ids)
  if queue.flows and #ids > 0 then
    flow_step(queue, now_ms, 'removed', ids)
  else
    remove_jobs(queue, ids)
  end
end
