--- settle: end jobs that are in no place, and let the flows they belong to go on.
---
--- @include in_flows end_jobs flow_step

-- `told` is id, result, id, result... for the jobs that have one; `rules` is id -> flags, or nil;
-- `headed` are those that may have a head, nil for all of them.
local function settle(queue, now_ms, state, ids, told, rules, headed)
  if in_flows(queue, state, ids) then
    flow_step(queue, now_ms, 'ended', ids, state, told, rules, headed)
  else
    end_jobs(queue, now_ms, state, ids, told, rules, headed)
  end
end
