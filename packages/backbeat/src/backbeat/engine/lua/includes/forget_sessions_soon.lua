--- forget_sessions_soon: let the memory of calls go half an hour from now, unless it is used again.
---
--- @dynamic session:new hash id -> number|answer, and since when there is this generation
--- @dynamic session:old hash the generation before

-- For what nobody tidies: a name that is used once, a queue that is gone.
local function forget_sessions_soon()
  call('PEXPIRE', prefix .. 'session:new', 1800000)
  call('PEXPIRE', prefix .. 'session:old', 1800000)
end
