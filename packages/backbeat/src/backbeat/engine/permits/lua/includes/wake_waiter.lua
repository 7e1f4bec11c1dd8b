--- wake_waiter: leave a token that wakes a waiter that blocks, or is about to.
---
--- @dynamic wake:<waiter> list, a token for one that blocks

local function wake_waiter(waiter)
  call('LPUSH', prefix .. 'wake:' .. waiter, 1)
  call('PEXPIRE', prefix .. 'wake:' .. waiter, 60000)
end
