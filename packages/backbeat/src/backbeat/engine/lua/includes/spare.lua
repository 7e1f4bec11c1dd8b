--- spare: keep what is put to the head from now on apart from what a drain is to remove.
---
--- @key meta  hash
--- @key front list
--- @include hint

-- What was active when the drain began comes back ahead of everything that it is to remove, so it
-- goes to `front`. There may be old entries there, to the left of it: how many, `drain_front` says.
local function spare(queue)
  if not queue.front then
    hint(queue, 'front')
    call('HSET', meta, 'drain_front', 0)
  end
  local old, entries = tonumber(call('HGET', meta, 'drain_front')) or 0, call('LLEN', front)
  if old > entries then
    call('HSET', meta, 'drain_front', entries)
  end
end
