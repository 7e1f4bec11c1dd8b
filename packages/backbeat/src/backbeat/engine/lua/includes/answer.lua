--- answer: remember the answer to a session's call, and give it.
---
--- @include remember even_when_full

-- Also what changed nothing is remembered, on a full server too.
local function answer(sid, number, now_ms, ...)
  even_when_full()
  remember(sid, number, now_ms, ...)
  return {...}
end
