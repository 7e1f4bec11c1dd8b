--- add_watcher: let a session learn how a job ends.
---
--- @key watchers hash id -> sessions, by ','
--- @include open_hash

local function add_watcher(queue, id, sid)
  open_hash(queue, watchers, 'watchers')
  local sessions = call('HGET', watchers, id)
  if not sessions then
    call('HSET', watchers, id, sid)
  elseif not string.find(',' .. sessions .. ',', ',' .. sid .. ',', 1, true) then
    call('HSET', watchers, id, sessions .. ',' .. sid)
  end
end
