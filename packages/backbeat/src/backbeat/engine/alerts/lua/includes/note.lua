--- note: put something that happened to alerts into the log.
---
--- @key log list
--- @include whole

local function note(now_ms, what, text)
  call('LPUSH', log, whole(now_ms) .. '|' .. what .. '|' .. text)
  call('LTRIM', log, 0, 999)
end
