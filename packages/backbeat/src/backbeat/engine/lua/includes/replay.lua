--- replay: the stored answer to a session's call, or the refusal of a stale one; nil for a new call.
---
--- @include recall

local function replay(sid, number, now_ms)
  local before, stale = recall(sid, number, now_ms)
  return stale or before
end
