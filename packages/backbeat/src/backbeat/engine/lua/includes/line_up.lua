--- line_up: put plain jobs into the list one by one, behind all others or (`at_head`) before them.
---
--- @key meta    hash
--- @key waiting list
--- @key front   list
--- @field ageing ms of waiting that a level is worth
--- @include spare rank_plain

local function line_up(queue, ids, at_head)
  if #ids == 0 then
    return
  end
  if queue.ageing then
    rank_plain(queue, ids, at_head)
    return
  end
  if not at_head then
    call('LPUSH', waiting, unpack(ids))
    return
  end
  if queue.drain then
    spare(queue)
  end
  local list = queue.front and front or waiting
  call('RPUSH', list, unpack(ids))
  call('HINCRBY', meta, 'pos', -#ids)
end
