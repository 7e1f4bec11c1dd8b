--- put_back: return jobs that have left `active`; `dues[i]` is a ms, or 0 for at once, at the head.
---
--- @key cancels hash
--- @include settle await_delayed delay place notify emit whole flow_step

-- A due time of -1 waits for the children of the job instead.
--
-- Nobody runs these jobs any more, so a cancel that was only a wish is carried out now. Answers
-- whether the earliest due time of the queue came nearer.
local function put_back(queue, now_ms, ids, dues)
  if #ids == 0 then
    return false
  end
  local wishes = queue.cancels and call('HMGET', cancels, unpack(ids)) or {}
  local timed, later, at_once, wished, told, waits = {}, {}, {}, {}, {}, {}
  for i = 1, #ids do
    local id = ids[i]
    if wishes[i] then
      wished[#wished + 1] = id
      told[#told + 1] = id
      told[#told + 1] = wishes[i]
    elseif dues[i] > 0 then
      timed[#timed + 1] = whole(dues[i])
      timed[#timed + 1] = id
      later[#later + 1] = id
    elseif dues[i] < 0 then
      waits[#waits + 1] = id
    else
      at_once[#at_once + 1] = id
    end
  end
  settle(queue, now_ms, 'cancelled', wished, told)
  if #waits > 0 then
    flow_step(queue, now_ms, 'wait', waits)
  end
  place(queue, now_ms, at_once, true)
  emit(queue, 'waiting', at_once)
  await_delayed(queue, later)
  notify(queue, 'delayed', later, {}, false)
  emit(queue, 'delayed', later)
  return delay(queue, timed)
end
