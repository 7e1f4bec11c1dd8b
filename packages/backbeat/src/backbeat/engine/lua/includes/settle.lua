--- settle: end jobs that are in no place, and let the flows they belong to go on.
---
--- @include end_jobs flow_step

-- `told` is id, result, id, result... for the jobs that have one; `rules` is id -> flags, or nil.
local function settle(queue, now_ms, state, ids, told, rules)
  if queue.flows and #ids > 0 then
    flow_step(queue, now_ms, 'ended', ids, state, told, rules)
  else
    end_jobs(queue, now_ms, state, ids, told, rules)
  end
end
