--- forget_nodes: delete what is known of jobs as parents in flows.
---
--- @when queue.parents and #ids > 0
--- @dynamic parents            hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @dynamic undo:<id>          list, refs of ended children that may have to be undone
--- @dynamic undo_jobs:<id>     hash ref -> queue|name|record, what undoes it; `now`: the present
--- @include rows_of drop_from

-- A job whose children are being undone stays known until they are. Who waits for these jobs was
-- told when they ended, and is forgotten with that.
local function forget_nodes(queue, ids)
  local parents = prefix .. 'parents'
  local known, gone = rows_of(parents, ids), {}
  for id, text in pairs(known) do
    if not string.find(text, '^%d+|%d+|%d+|%d+|[^|]*|[^|]*|1|') then
      gone[#gone + 1] = id
      call('UNLINK', prefix .. 'children:' .. id, prefix .. 'child_results:' .. id,
        prefix .. 'undo:' .. id, prefix .. 'undo_jobs:' .. id)
    end
  end
  drop_from(queue, parents, 'parents', gone)
end
