--- bring_nearer: note a due time, if it is the earliest; answers whether it is.
---
--- @key meta hash
--- @field next earliest due ms
--- @include whole

local function bring_nearer(queue, due_ms)
  if queue.next and tonumber(queue.next) <= due_ms then
    return false
  end
  queue.next = whole(due_ms)
  call('HSET', meta, 'next', queue.next)
  return true
end
