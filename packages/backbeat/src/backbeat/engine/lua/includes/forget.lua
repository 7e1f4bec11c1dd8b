--- forget: delete jobs that are in no place any more, with everything that was kept beside them.
---
--- @key jobs     hash
--- @key runs     hash
--- @key history  hash
--- @key progress hash
--- @key cancels  hash
--- @dynamic log:<id> list, lines of one job
--- @dynamic starts hash id -> ms
--- @include release_unique drop_from forget_nodes

-- Jobs that have `ended` let go of what they held then, but for what is held until they are gone.
local function forget(queue, ids, ended)
  if #ids == 0 then
    return
  end
  if queue.lasting or not ended then
    release_unique(queue, ids, 'gone')
  end
  call('HDEL', jobs, unpack(ids))
  for i = 1, queue.heads and #ids or 0 do
    queue.heads[ids[i]] = nil
  end
  forget_nodes(queue, ids)
  drop_from(queue, runs, 'runs', ids)
  drop_from(queue, history, 'history', ids)
  drop_from(queue, progress, 'progress', ids)
  drop_from(queue, cancels, 'cancels', ids)
  if queue.starts then
    drop_from(queue, prefix .. 'starts', 'starts', ids)
  end
  if queue.logs then
    for i = 1, #ids do
      call('UNLINK', prefix .. 'log:' .. ids[i])
    end
  end
end
