--- put_field: set a field of the queue, or take it away where the value is empty.
---
--- @key meta hash

local function put_field(name, value)
  if value == '' then
    call('HDEL', meta, name)
  else
    call('HSET', meta, name, value)
  end
end
