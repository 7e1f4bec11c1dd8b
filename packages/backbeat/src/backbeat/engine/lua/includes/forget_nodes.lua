--- forget_nodes: delete what is known of jobs as parts of flows.
---
--- @dynamic parents            hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @dynamic dependents         hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @dynamic undo_jobs:<id>     hash ref -> queue|name|record, what undoes it; `now`: the present

-- A job whose children are being undone stays known until they are.
local function forget_nodes(ids)
  local parents = prefix .. 'parents'
  local known, gone = call('HMGET', parents, unpack(ids)), {}
  for i = 1, #ids do
    local id = ids[i]
    if known[i] and not string.find(known[i], '^%d+|%d+|%d+|%d+|[^|]*|[^|]*|1|') then
      gone[#gone + 1] = id
      call('UNLINK', prefix .. 'children:' .. id, prefix .. 'child_results:' .. id,
        prefix .. 'undo:' .. id, prefix .. 'undo_jobs:' .. id)
    end
  end
  if #gone > 0 then
    call('HDEL', parents, unpack(gone))
  end
  call('HDEL', prefix .. 'dependents', unpack(ids))
end
