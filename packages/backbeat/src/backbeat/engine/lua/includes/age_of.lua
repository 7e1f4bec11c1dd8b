--- age_of: for how many ms jobs of a final state are kept; -1 is without bound.
---
--- @field keep_completed_ms age of completed jobs
--- @field keep_failed_ms    age of failed jobs
--- @field keep_cancelled_ms age of cancelled jobs

local function age_of(queue, state)
  if state == 'completed' then
    return tonumber(queue.keep_completed_ms) or 86400000
  end
  if state == 'failed' then
    return tonumber(queue.keep_failed_ms) or 2592000000
  end
  return tonumber(queue.keep_cancelled_ms) or 86400000
end
