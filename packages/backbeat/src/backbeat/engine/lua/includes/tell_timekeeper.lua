--- tell_timekeeper: wake a worker where nobody would wake in time for the earliest due time.
---
--- @field next       earliest due ms
--- @field timekeeper worker:until:next, who wakes exactly then
--- @include wake_worker

local function tell_timekeeper(queue)
  local known = tonumber(string.match(queue.timekeeper or '', ':(%d+)$'))
  if queue.next and (not known or known > tonumber(queue.next)) then
    wake_worker()
  end
end
