--- expire_unique: let go of unique keys whose time is over, at most 500.
---
--- @dynamic unique       hash, key -> id|ms|mode|next id
--- @dynamic unique_until zset, key -> ms
--- @include whole let_go_unique

local function expire_unique(queue, now_ms)
  if not queue.unique then
    return
  end
  local times, last = prefix .. 'unique_until', whole(now_ms)
  local keys = call('ZRANGE', times, '-inf', last, 'BYSCORE', 'LIMIT', 0, 500)
  if #keys == 0 then
    return
  end
  local over = {}
  for i, entry in ipairs(call('HMGET', prefix .. 'unique', unpack(keys))) do
    local ms, mode = string.match(entry or '', '^[^|]*|(%d+)|(%a)')
    -- Another mode: the key has been taken anew by a job that holds it otherwise.
    if mode == 't' and tonumber(ms) <= now_ms then
      over[#over + 1] = keys[i]
    end
  end
  call('ZREM', times, unpack(keys))
  let_go_unique(queue, over)
end
