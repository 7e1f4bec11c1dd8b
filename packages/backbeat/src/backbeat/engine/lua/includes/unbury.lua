--- unbury: forget dead entries of a job that no list has.
---
--- @key meta hash
--- @key gone hash id -> dead entries still in a list
--- @include unhint

local function unbury(queue, id, count)
  if call('HINCRBY', gone, id, -count) <= 0 then
    call('HDEL', gone, id)
  end
  if call('HINCRBY', meta, 'tomb', -count) == 0 and queue.gone then
    call('DEL', gone)
    unhint(queue, 'gone')
  end
end
