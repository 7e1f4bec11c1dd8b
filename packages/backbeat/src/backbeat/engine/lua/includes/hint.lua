--- hint: note in `meta` that a key may hold something.
---
--- @key meta hash
--- @field hints names by ','

local function hint(queue, name)
  if not queue[name] then
    queue[name] = true
    queue.hints = (queue.hints or '') .. name .. ','
    call('HSET', meta, 'hints', queue.hints)
  end
end
