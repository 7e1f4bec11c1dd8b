--- unhint: note in `meta` that a key is empty.
---
--- @key meta hash
--- @field hints names by ',', of which none ends with another

local function unhint(queue, name)
  queue[name] = nil
  queue.hints = string.gsub(queue.hints, name .. ',', '')
  call('HSET', meta, 'hints', queue.hints)
end
