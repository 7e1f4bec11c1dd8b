--- remember: keep the answer to a session's call, for the case that it has to be given again.
---
--- @dynamic session:<bucket> hash, ten minutes of sessions: id -> number|answer
--- @include whole

local function remember(sid, number, now_ms, ...)
  local bucket = prefix .. 'session:' .. math.floor(now_ms / 600000)
  local answer = whole(number) .. '|' .. table.concat({...}, '|')
  if call('HSET', bucket, sid, answer) == 1 then
    -- The long field keeps the bucket a real table, as in create_queue.
    call('HSET', bucket, string.rep('~', 65), '')
    call('PEXPIRE', bucket, 1800000)
  end
end
