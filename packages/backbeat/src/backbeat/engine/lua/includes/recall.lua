--- recall: what a session was answered, if it made a call of this number before.
---
--- @dynamic session:new hash id -> number|answer, and since when there is this generation
--- @dynamic session:old hash the generation before
--- @code BB_STALE_CALL a later call of this session was made already; nothing is done
--- @include refuse

-- Bytes left in a dead connection may arrive after the call that replaced them and its successor:
-- such a late duplicate must not count as new.
local function recall(sid, number)
  local last = call('HGET', prefix .. 'session:new', sid)
    or call('HGET', prefix .. 'session:old', sid)
  if not last then
    return nil
  end
  local made, answer = string.match(last, '^(%d+)|(.*)$')
  if tonumber(made) < number then
    return nil
  end
  if tonumber(made) > number then
    return nil, refuse('BB_STALE_CALL', 'a later call of this session was made already')
  end
  local parts = {}
  for part in string.gmatch(answer .. '|', '([^|]*)|') do
    parts[#parts + 1] = part
  end
  return parts
end
