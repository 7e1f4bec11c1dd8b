--- replay: the answer that a session's call got before, or its refusal; nil for a new call.
---
--- @include recall

local function replay(sid, number, now_ms)
  local before, stale = recall(sid, number, now_ms)
  return stale or before
end
