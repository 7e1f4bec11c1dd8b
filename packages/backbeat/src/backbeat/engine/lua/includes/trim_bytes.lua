--- trim_bytes: evict the oldest kept jobs, at most `most`, while all hold more bytes than they may.
---
--- @key meta hash
--- @field keep_bytes bytes that ended jobs may hold
--- @include ended_in evict

-- Failed jobs go last: they are what somebody will want to look at. Memory is memory: an age of its
-- own does not save a job here.
local function trim_bytes(queue, most)
  local removed = 0
  local bound = tonumber(queue.keep_bytes) or math.huge
  for _, state in ipairs({'completed', 'cancelled', 'failed'}) do
    local kept = ended_in(state)
    while removed < most and tonumber(call('HGET', meta, 'kept_bytes') or 0) > bound do
      local ids = call('ZRANGE', kept, 0, 19)
      if #ids == 0 then
        break
      end
      call('ZREM', kept, unpack(ids))
      evict(queue, ids)
      removed = removed + #ids
    end
  end
  return removed
end
