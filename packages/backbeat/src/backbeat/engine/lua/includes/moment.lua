--- moment: a due time in ms; a negative one counts from now.

-- Producers' clocks differ: a wait is counted by the server's.
local function moment(now_ms, due_ms)
  return due_ms < 0 and now_ms - due_ms or due_ms
end
