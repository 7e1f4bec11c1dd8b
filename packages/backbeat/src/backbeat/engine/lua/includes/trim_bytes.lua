--- trim_bytes: evict the oldest kept jobs, at most `most`, while all hold more bytes than they may.
---
--- @key meta       hash
--- @key kept_sizes hash
--- @field keep_bytes bytes that ended jobs may hold
--- @include ended_in unlist evict

-- Failed jobs go last: they are what somebody will want to look at. Memory is memory: an age of its
-- own does not save a job here. Twenty are looked at at once, but no more go than have to.
local function trim_bytes(queue, most)
  local removed, bound = 0, tonumber(queue.keep_bytes) or math.huge
  local over = tonumber(call('HGET', meta, 'kept_bytes') or 0) - bound
  for _, state in ipairs({'completed', 'cancelled', 'failed'}) do
    local kept = ended_in(state)
    while over > 0 and removed < most do
      local ids, gone = call('ZRANGE', kept, 0, math.min(20, most - removed) - 1), {}
      local sizes = #ids > 0 and call('HMGET', kept_sizes, unpack(ids)) or {}
      for i = 1, #ids do
        if over > 0 then
          gone[i] = ids[i]
          over = over - (tonumber(sizes[i]) or 0)
        end
      end
      if #gone == 0 then
        break
      end
      unlist(queue, state, gone)
      evict(queue, gone)
      removed = removed + #gone
    end
  end
  return removed
end
