--- turn_sessions: begin a new generation of sessions where one is ten minutes old; whether it was.
---
--- @dynamic session:new hash id -> number|answer, and since when there is this generation
--- @dynamic session:old hash the generation before
--- @include whole

-- The clock says when to turn, never where to look: a call that is sent again is found also where
-- the clock was set meanwhile, since one step turns once at most. No lifetime on the keys of a
-- queue, as a step forward would end it.
local function turn_sessions(now_ms)
  local new, old = prefix .. 'session:new', prefix .. 'session:old'
  -- The long field keeps it a real table, as in create_queue.
  local mark = string.rep('~', 65)
  local began = tonumber(call('HGET', new, mark) or '')
  if began and now_ms >= began and now_ms - began < 600000 or call('EXISTS', new) == 0 then
    return false
  end
  if began then
    call('UNLINK', old)
    call('RENAME', new, old)
  end
  call('HSET', new, mark, whole(now_ms))
  return began ~= nil
end
