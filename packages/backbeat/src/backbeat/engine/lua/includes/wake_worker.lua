--- wake_worker: leave a token that wakes one blocked worker.
---
--- @key wake list

local function wake_worker()
  if call('EXISTS', wake) == 0 then
    call('LPUSH', wake, 1)
  end
end
