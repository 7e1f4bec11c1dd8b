--- emit: tell the queue's event stream what happened to these ids.
---
--- @key events stream kind -> ids by ','
--- @field events `none`, `all`, or the default: without the steps that every job takes

local function emit(queue, kind, ids)
  if #ids == 0 or queue.events == 'none' then
    return
  end
  local step = kind == 'active' or kind == 'waiting' or kind == 'progress'
  if step and queue.events ~= 'all' then
    return
  end
  call('XADD', events, 'MAXLEN', '~', 10000, '*', kind, table.concat(ids, ','))
end
