--- end_runs: cancel runs of a schedule: at once, or through their workers.
---
--- @include whereis is_final ask_to_end unplace settle

local function end_runs(queue, now_ms, name, runs, reason)
  local ids, at_once, told = {}, {}, {}
  for i = 1, #runs do
    ids[i] = 'schedule:' .. name .. ':' .. runs[i]
  end
  local places = #ids > 0 and whereis(queue, ids) or {}
  for i = 1, #ids do
    local id, place = ids[i], places[ids[i]]
    if place == 'active' then
      ask_to_end(queue, id, reason)
    elseif place and not is_final(place) then
      at_once[#at_once + 1] = id
      told[#told + 1] = id
      told[#told + 1] = reason
    end
  end
  unplace(queue, at_once, places)
  settle(queue, now_ms, 'cancelled', at_once, told)
end
