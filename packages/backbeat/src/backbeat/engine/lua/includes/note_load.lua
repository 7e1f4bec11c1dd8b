--- note_load: write down how many jobs ended ever and how many wait, for rates over a time.
---
--- @dynamic load_log list, ms:completed:ended:waiting, the newest left
--- @key meta hash
--- @include whole backlog

-- Once in a janitor's round: nothing is counted for it while jobs run.
local function note_load(now_ms)
  local ended = call('HMGET', meta, 'total_completed', 'total_failed', 'total_cancelled')
  local completed = tonumber(ended[1]) or 0
  local all = completed + (tonumber(ended[2]) or 0) + (tonumber(ended[3]) or 0)
  local log = prefix .. 'load_log'
  call('LPUSH', log, whole(now_ms) .. ':' .. whole(completed) .. ':' .. whole(all) .. ':'
    .. whole(backlog()))
  call('LTRIM', log, 0, 59)
  call('PEXPIRE', log, 3600000)
end
