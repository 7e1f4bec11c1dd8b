--- even_when_full: let the writes that follow through on a server at its memory limit.
---
--- @key nothing none never exists

-- The server refuses a script's first write when it may need memory, and none after that. Work in
-- hand must be able to end, or a full server would stay full.
local function even_when_full()
  call('DEL', nothing)
end
