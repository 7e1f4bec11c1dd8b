--- keep: hold ended jobs readable, and let the oldest go where there are too many.
---
--- @key results hash
--- @field keep_bytes bytes that ended jobs may hold
--- @include whole ended_in bound_of trim trim_bytes weigh note_dead

-- Trimmed in steps: one eviction of many costs less than many of one. A step takes out twice what
-- came in, so that it catches up, and no call has to pay for many others.
local function keep(queue, now_ms, state, ids, told)
  if #ids == 0 then
    return
  end
  local kept, at, scored = ended_in(state), whole(now_ms), {}
  for i = 1, #ids do
    scored[2 * i - 1] = at
    scored[2 * i] = ids[i]
  end
  call('ZADD', kept, unpack(scored))
  if state == 'failed' then
    note_dead(queue, now_ms, ids, told)
  end
  if #told > 0 then
    call('HSET', results, unpack(told))
  end
  -- Before anything goes: what goes is weighed off again, be it one of these.
  weigh(queue, ids)
  local most = math.max(50, 2 * #ids)
  trim(queue, state, math.max(50, bound_of(queue, state) * 0.02), most)
  if queue.keep_bytes then
    trim_bytes(queue, most)
  end
end
