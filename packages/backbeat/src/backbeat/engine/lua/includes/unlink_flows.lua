--- unlink_flows: delete what a queue knows of flows, with the queue.
---
--- @dynamic parents            hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @dynamic dependents         hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @dynamic undo_jobs:<id>     hash ref -> queue|name|record, what undoes it; `now`: the present
--- @dynamic waiting_children   zset id -> ms, since when it waits
--- @dynamic withdrawn          hash id -> reason, jobs that were cancelled before they came
--- @dynamic flows              zset id -> ms, when it was started
--- @dynamic flow:<id>          hash ref -> position|name|state|epoch|parents, and counters

local function unlink_flows(queue)
  if not queue.flows then
    return
  end
  for _, id in ipairs(call('HKEYS', prefix .. 'parents')) do
    call('UNLINK', prefix .. 'children:' .. id, prefix .. 'child_results:' .. id,
      prefix .. 'undo:' .. id, prefix .. 'undo_jobs:' .. id)
  end
  for _, id in ipairs(call('ZRANGE', prefix .. 'flows', 0, -1)) do
    call('UNLINK', prefix .. 'flow:' .. id)
  end
  -- Messages and their numbers stay: others still have to learn that these jobs are gone.
  call('UNLINK', prefix .. 'parents', prefix .. 'dependents', prefix .. 'waiting_children',
    prefix .. 'withdrawn', prefix .. 'flows')
end
