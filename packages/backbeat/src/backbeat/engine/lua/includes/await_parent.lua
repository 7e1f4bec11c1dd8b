--- await_parent: hold what is known of the children of a job that has not come yet, for a week.
---
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result

-- It may never come: its queue may have been obliterated.
local function await_parent(id)
  call('PEXPIRE', prefix .. 'children:' .. id, 604800000)
  call('PEXPIRE', prefix .. 'child_results:' .. id, 604800000)
end
