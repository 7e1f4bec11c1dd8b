--- only_live: the popped ids without their dead entries, which are counted off.
---
--- @key meta hash
--- @key gone hash
--- @include unhint

local function only_live(queue, ids)
  if not queue.gone then
    return ids
  end
  local dead, left, live = call('HMGET', gone, unpack(ids)), {}, {}
  for i = 1, #ids do
    local id = ids[i]
    local count = left[id] or tonumber(dead[i]) or 0
    if count == 0 then
      live[#live + 1] = id
    else
      left[id] = count - 1
    end
  end
  if #live == #ids then
    return live
  end
  for id, count in pairs(left) do
    if count == 0 then
      call('HDEL', gone, id)
    else
      call('HSET', gone, id, count)
    end
  end
  if call('HINCRBY', meta, 'tomb', #live - #ids) == 0 then
    call('DEL', gone)
    unhint(queue, 'gone')
  end
  return live
end
