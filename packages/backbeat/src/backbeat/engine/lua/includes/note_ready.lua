--- note_ready: write down from when on the waiting and living of these jobs is counted anew.
---
--- @key runs hash id -> starts:fails:crashes:snoozes:reason:ready ms:unhandled
--- @include open_hash whole

-- `reset`: their failures and crashes do not count any more.
local function note_ready(queue, ids, at_ms, reset)
  open_hash(queue, runs, 'runs')
  local ran, noted = call('HMGET', runs, unpack(ids)), {}
  for i = 1, #ids do
    local starts, fails, crashes, snoozes, reason = string.match(ran[i] or '0:0:0:0:turn',
      '^(%d+):(%d+):(%d+):(%d+):?(%a*)')
    if reset then
      fails, crashes, reason = 0, 0, 'turn'
    end
    noted[2 * i - 1] = ids[i]
    noted[2 * i] = table.concat({starts, fails, crashes, snoozes, reason, whole(at_ms)}, ':')
  end
  call('HSET', runs, unpack(noted))
end
