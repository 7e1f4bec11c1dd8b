--- watch: let a session learn how a job ends, or learn at once how it ended.
---
--- @key results hash
--- @arg at_ms int the time, 0 for the server's
--- @arg reply_sid str the session to tell
--- @arg id    str the job
--- @return watching, '' | final state, result | '', '': unknown
--- @include read_queue whereis is_final add_watcher

local queue = read_queue()
local place = whereis(queue, {id})[id]
if not place then
  return {'', ''}
end
if is_final(place) then
  return {place, call('HGET', results, id) or ''}
end
add_watcher(queue, id, reply_sid)
return {'watching', ''}
