--- remember: keep the answer to a session's call, for the case that it has to be given again.
---
--- @dynamic session:new hash id -> number|answer, and since when there is this generation
--- @include whole turn_sessions

local function remember(sid, number, now_ms, ...)
  local sessions = prefix .. 'session:new'
  local answer = whole(number) .. '|' .. table.concat({...}, '|')
  -- Only who is new makes it grow.
  if call('HSET', sessions, sid, answer) == 1 and turn_sessions(now_ms) then
    call('HSET', sessions, sid, answer)
  end
end
