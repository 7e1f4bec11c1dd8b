--- configure: set up the queue: pause it, bound it, say what it keeps.
---
--- @key meta       hash
--- @key kept_sizes hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail (field, value)*; an empty value puts the default back
--- @field paused     workers claim nothing
--- @field keep_bytes bytes that ended jobs may hold
--- @field scaled_running what `max_running` was scaled to
--- @return ok
--- @code BB_BAD_CALL a field is unknown, or its value of the wrong kind
--- @include now replay answer refuse is_setting read_queue put_field
--- @include even_when_full emit wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
for i = tail + 1, #ARGV, 2 do
  if not is_setting(ARGV[i], ARGV[i + 1]) then
    return refuse('BB_BAD_CALL', 'has no such setting, or not of that value: ' .. ARGV[i])
  end
end

even_when_full()
local was = read_queue()
for i = tail + 1, #ARGV, 2 do
  local name, value = ARGV[i], ARGV[i + 1]
  if name == 'max_running' then
    -- What was scaled stays so, also when a worker starts that declares something else.
    put_field('declared_running', value)
    value = was.scaled_running or value
  end
  put_field(name, value)
end
local queue = read_queue()
if queue.paused and not was.paused then
  emit(queue, 'paused', {'*'})
end
if was.paused and not queue.paused then
  emit(queue, 'resumed', {'*'})
end
if was.keep_bytes and not queue.keep_bytes then
  call('UNLINK', kept_sizes)
  call('HDEL', meta, 'kept_bytes')
end
wake_for_work(queue)
return answer(sid, number, now_ms, 'ok')
