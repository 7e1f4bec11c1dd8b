--- flow_step: let flows go on after jobs have `ended`, were `removed`, or `wait` for children.
---
--- @lazy only jobs of flows come here
--- @include open_mail begin_undo tell_parents end_jobs remove_jobs await_children work_off

-- The only way from what happens to any job into what flows make of it.
local function flow_step(queue, now_ms, what, ids, state, told, rules, headed)
  local mail = open_mail(now_ms, false)
  if what == 'ended' then
    if state ~= 'completed' then
      begin_undo(queue, mail, ids)
    end
    tell_parents(queue, mail, state, ids, told)
    end_jobs(queue, now_ms, state, ids, told, rules, headed)
  elseif what == 'removed' then
    tell_parents(queue, mail, 'removed', ids, {})
    remove_jobs(queue, ids)
  else
    await_children(queue, mail, ids)
  end
  work_off(queue, mail)
end
