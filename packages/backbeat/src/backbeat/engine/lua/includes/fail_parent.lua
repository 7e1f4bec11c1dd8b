--- fail_parent: end a job whose children did not do what it needs.
---
--- @include begin_undo end_jobs tell_parents

local function fail_parent(queue, mail, id, parent, letter, need)
  local why = letter == 'f' and 'a child that it cannot do without did not complete'
    or parent.good + parent.open .. ' of ' .. parent.all .. ' children can still succeed, and '
      .. need .. ' must'
  local told = {id, '{"error":"ChildFailed","message":"' .. why .. '","reason":"children"}'}
  begin_undo(queue, mail, {id})
  tell_parents(queue, mail, 'failed', {id}, told)
  end_jobs(queue, mail.now_ms, 'failed', {id}, told)
end
