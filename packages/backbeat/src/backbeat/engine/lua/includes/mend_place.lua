--- mend_place: give a job one place: the one it has reached, if it is in several; none without a
---   record.
---
--- @key active   zset
--- @key watchers hash
--- @include unplace bury forget unkeep forget_dead drop_from place ended_by_traces ended_in whole

local function mend_place(queue, now_ms, job, words)
  local ids, id = {job.id}, job.id
  local function leave(from, entries)
    for i = from, #job.places do
      if job.places[i] == 'active' then
        call('ZREM', active, id)
      else
        unplace(queue, ids, {[id] = job.places[i]})
      end
    end
    for _ = 1, job.entries - entries do
      bury(queue, ids)
    end
  end
  if words == 'no record' then
    leave(1, 0)
    forget(queue, ids)
    unkeep(queue, ids)
    forget_dead(queue, ids)
    drop_from(queue, watchers, 'watchers', ids)
  elseif words == 'two places' then
    leave(2, #job.places > 0 and 0 or 1)
  elseif words == 'no place' then
    local state = ended_by_traces(job)
    if state then
      local kept = ended_in(state)
      call('ZADD', kept, whole(now_ms), id)
    else
      place(queue, now_ms, ids, true)
    end
  end
end
