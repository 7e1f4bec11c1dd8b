--- compact: move 500 entries from `waiting` to `front` and leave the dead ones out.
---
--- @key waiting list
--- @key front   list
--- @key meta    hash
--- @arg at_ms int the time, 0 for the server's
--- @return more 0/1: call again
--- @include read_queue even_when_full hint unhint only_live

local queue = read_queue()
-- While a drain goes on, `front` holds what it is not to remove; and it removes dead entries, too.
if queue.drain then
  return 0
end
even_when_full()
local ids = queue.gone and call('RPOP', waiting, 500)
if ids then
  local live = only_live(queue, ids)
  if #live > 0 then
    call('LPUSH', front, unpack(live))
    hint(queue, 'front')
  end
  -- Those left out count as popped, so that the positions behind them stay.
  call('HINCRBY', meta, 'pos', #ids - #live)
  return 1
end
-- All has moved: `front` becomes the list, and can be compacted itself one day.
if queue.front and call('EXISTS', waiting) == 0 and call('EXISTS', front) == 1 then
  call('RENAME', front, waiting)
  unhint(queue, 'front')
end
return 0
