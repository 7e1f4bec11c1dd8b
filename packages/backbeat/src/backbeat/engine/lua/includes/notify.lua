--- notify: tell the sessions that watch these jobs; `over` when nothing more will follow.
---
--- @key watchers hash id -> sessions, by ','
--- @dynamic replies:<session> list, what a session waits for
--- @include drop_from

-- `told` is id, data, id, data... for the ids that have data to tell.
local function notify(queue, kind, ids, told, over)
  if not queue.watchers or #ids == 0 then
    return
  end
  local data, watched, letters = {}, {}, {}
  for i = 1, #told, 2 do
    data[told[i]] = told[i + 1]
  end
  local sessions = call('HMGET', watchers, unpack(ids))
  for i = 1, #ids do
    local id = ids[i]
    if sessions[i] then
      watched[#watched + 1] = id
      for sid in string.gmatch(sessions[i], '[^,]+') do
        letters[sid] = letters[sid] or {}
        table.insert(letters[sid], id .. '|' .. kind .. '|' .. (data[id] or ''))
      end
    end
  end
  for sid, lines in pairs(letters) do
    local replies = prefix .. 'replies:' .. sid
    call('RPUSH', replies, unpack(lines))
    call('LTRIM', replies, -10000, -1)
    call('PEXPIRE', replies, 3600000)
  end
  if over then
    drop_from(queue, watchers, 'watchers', watched)
  end
end
