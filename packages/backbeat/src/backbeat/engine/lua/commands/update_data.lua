--- update_data: replace the body of a job, if it is still the one that was read.
---
--- @key meta       hash
--- @key jobs       hash
--- @key kept_sizes hash
--- @arg at_ms    int the time, 0 for the server's
--- @arg sid      str the session that calls
--- @arg number   int the number of its call
--- @arg id       str the job
--- @arg old_body str as it was read
--- @arg new_body str as it is to be
--- @field keep_bytes bytes that ended jobs may hold
--- @return ok | unknown | active | changed: the body is another
--- @include now replay answer read_queue whereis

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue = read_queue()
local place = whereis(queue, {id})[id]
if not place or place == 'active' then
  return answer(sid, number, now_ms, place or 'unknown')
end
local record = call('HGET', jobs, id)
local head = string.match(record, '^x[^\n]*\n') or '0'
if string.sub(record, #head + 1) ~= old_body then
  return answer(sid, number, now_ms, 'changed')
end
call('HSET', jobs, id, head .. new_body)
-- Who ended before the bytes were bounded does not count.
if queue.keep_bytes and call('HEXISTS', kept_sizes, id) == 1 then
  local longer = #new_body - #old_body
  call('HINCRBY', kept_sizes, id, longer)
  call('HINCRBY', meta, 'kept_bytes', longer)
end
return answer(sid, number, now_ms, 'ok')
