--- give_priority: change how urgent waiting or delayed jobs are.
---
--- @key jobs     hash
--- @key priority zset
--- @field ageing ms of waiting that a level is worth
--- @include head_of placed_at with_priority state_at hint unplace place update_groups whole

-- A job that stays in a list keeps its turn, and in a queue with ageing every job keeps the time
-- that it has waited, also one that was put back, which leaves its place before all others; a
-- delayed one finds its place when it falls due.
local function give_priority(queue, now_ms, ids, places, level, flags)
  local listed, moved = level == 5 and flags == '', {}
  local worth = queue.ageing and tonumber(queue.ageing) * 256
  for i = 1, #ids do
    local id, record = ids[i], call('HGET', jobs, ids[i])
    local before, lifo, _, group = head_of(record)
    call('HSET', jobs, id, with_priority(record, level, flags))
    local was_listed = places[id] == 'waiting' or group ~= '' and before == 5 and not lifo
    if worth and places[id] == 'priority' then
      if before ~= level or lifo ~= (flags == 'l') then
        local score = tonumber(call('ZSCORE', priority, id))
        local head_start = (before - 5 + (lifo and 1 or 0)) * worth
        local placed = placed_at(score, head_start)
        call('ZADD', priority, whole(placed - (level - 5 + (flags == 'l' and 1 or 0)) * worth), id)
      end
    elseif state_at(places[id]) == 'waiting' and not (listed and was_listed) then
      moved[#moved + 1] = id
    end
  end
  if not listed then
    hint(queue, 'special')
  end
  if #moved > 0 then
    unplace(queue, moved, places)
    place(queue, now_ms, moved, false)
    update_groups(queue)
  end
end
