--- unwatch: tell a session no more about a job.
---
--- @key watchers hash id -> sessions, by ','
--- @arg at_ms int the time, 0 for the server's
--- @arg reply_sid str the session
--- @arg id    str the job
--- @return 1 | 0: it was not told anyway
--- @include read_queue drop_from

local queue = read_queue()
local sessions = queue.watchers and call('HGET', watchers, id)
if not sessions or not string.find(',' .. sessions .. ',', ',' .. reply_sid .. ',', 1, true) then
  return 0
end
local others = {}
for sid in string.gmatch(sessions, '[^,]+') do
  if sid ~= reply_sid then
    others[#others + 1] = sid
  end
end
if #others > 0 then
  call('HSET', watchers, id, table.concat(others, ','))
else
  drop_from(queue, watchers, 'watchers', {id})
end
return 1
