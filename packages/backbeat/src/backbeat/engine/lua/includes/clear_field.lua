--- clear_field: take a field out of `meta`.
---
--- @key meta hash

local function clear_field(queue, name)
  call('HDEL', meta, name)
  queue[name] = false
end
