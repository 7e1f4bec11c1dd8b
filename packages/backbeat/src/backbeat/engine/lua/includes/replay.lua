--- replay: the answer that a session's call got before, or its refusal; nil for a new call.
---
--- @include recall

local function replay(sid, number)
  local before, stale = recall(sid, number)
  return stale or before
end
