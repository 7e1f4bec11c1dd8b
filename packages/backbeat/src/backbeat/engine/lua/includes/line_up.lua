--- line_up: put plain jobs into the list, behind all others or (`at_head`) before them.
---
--- @key meta    hash
--- @key waiting list
--- @key front   list

local function line_up(queue, ids, at_head)
  if #ids == 0 then
    return
  end
  if not at_head then
    call('LPUSH', waiting, unpack(ids))
    return
  end
  -- Pushed in reverse, so that the first of them is popped first.
  local reversed, count = {}, #ids
  for i = 1, count do
    reversed[i] = ids[count + 1 - i]
  end
  local list = queue.front and front or waiting
  call('RPUSH', list, unpack(reversed))
  call('HINCRBY', meta, 'pos', -count)
end
