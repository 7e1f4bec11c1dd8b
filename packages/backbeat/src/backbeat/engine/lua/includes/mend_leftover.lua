--- mend_leftover: let go of what is kept of a job and does not belong to its state.
---
--- @key cancels  hash
--- @key watchers hash
--- @include is_final unkeep drop_from

local function mend_leftover(queue, job)
  local ids, place = {job.id}, job.places[1]
  if is_final(place) then
    drop_from(queue, watchers, 'watchers', ids)
  else
    unkeep(queue, ids)
  end
  if place ~= 'active' then
    drop_from(queue, cancels, 'cancels', ids)
  end
end
