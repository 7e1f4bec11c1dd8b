--- bound_of: how many jobs of a final state are kept; -1 is without bound.
---
--- @field keep_completed completed jobs kept
--- @field keep_failed    failed jobs kept
--- @field keep_cancelled cancelled jobs kept

local function bound_of(queue, state)
  if state == 'completed' then
    return tonumber(queue.keep_completed) or 1000
  end
  if state == 'failed' then
    return tonumber(queue.keep_failed) or 10000
  end
  return tonumber(queue.keep_cancelled) or 1000
end
