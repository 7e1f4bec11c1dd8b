--- cancel_node: cancel a job of a flow: at once, or through its worker if it is active.
---
--- @dynamic withdrawn hash id -> reason, jobs that were cancelled before they came
--- @include whereis is_final ask_to_end unplace begin_undo end_jobs tell_parents

local function cancel_node(queue, mail, id, reason)
  local places = whereis(queue, {id})
  local place = places[id]
  if not place then
    local withdrawn = prefix .. 'withdrawn'
    call('HSET', withdrawn, id, reason)
    call('PEXPIRE', withdrawn, 3600000)
  elseif place == 'active' then
    ask_to_end(queue, id, reason)
  elseif not is_final(place) then
    unplace(queue, {id}, places)
    begin_undo(queue, mail, {id})
    tell_parents(queue, mail, 'cancelled', {id}, {id, reason})
    end_jobs(queue, mail.now_ms, 'cancelled', {id}, {id, reason})
  end
end
