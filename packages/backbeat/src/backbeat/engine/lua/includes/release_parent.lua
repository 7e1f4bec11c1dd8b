--- release_parent: let a job that waited for its children run.
---
--- @include moment whole delay place emit wake_worker

local function release_parent(queue, mail, id, parent)
  local due = moment(mail.now_ms, tonumber(parent.due) or 0)
  if due > mail.now_ms then
    if delay(queue, {whole(due), id}) then
      wake_worker()
    end
    emit(queue, 'delayed', {id})
  else
    place(queue, mail.now_ms, {id}, false)
    emit(queue, 'waiting', {id})
    mail.placed = true
  end
end
