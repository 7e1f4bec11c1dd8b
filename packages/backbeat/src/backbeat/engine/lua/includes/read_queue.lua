--- read_queue: the fields of `meta` that this script's files declare, and its hints, by name.
---
--- @key meta hash configuration, counters, hints
--- @field hints names by ',' of keys that may hold something

-- One hint saves a probe of the key in every call: what is not in use costs nothing. A hint may
-- stand for a key that is empty by now; the script that finds it so takes the hint away.
local function read_queue()
  local queue = {}
  local values = call('HMGET', meta, unpack(fields))
  for i = 1, #fields do
    queue[fields[i]] = values[i]
  end
  for name in string.gmatch(queue.hints or '', '%a+') do
    queue[name] = true
  end
  return queue
end
