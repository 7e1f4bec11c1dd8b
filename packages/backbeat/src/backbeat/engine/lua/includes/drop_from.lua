--- drop_from: delete ids from a hash that has a hint; the last one takes hint and key along.
---
--- @include unhint

-- What is left at the end is the sentinel that `open_hash` put in.
local function drop_from(queue, key, name, ids)
  if queue[name] and #ids > 0 and call('HDEL', key, unpack(ids)) > 0 and call('HLEN', key) <= 1 then
    call('DEL', key)
    unhint(queue, name)
  end
end
