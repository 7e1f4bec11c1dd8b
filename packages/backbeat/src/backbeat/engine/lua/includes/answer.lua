--- answer: remember the answer to a session's call, and give it.
---
--- @include remember

local function answer(sid, number, now_ms, ...)
  remember(sid, number, now_ms, ...)
  return {...}
end
