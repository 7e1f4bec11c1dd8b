--- alive: those runs of a schedule whose jobs are in the queue and have not ended.
---
--- @include whereis is_final

local function alive(queue, name, runs)
  local ids, left = {}, {}
  for i = 1, #runs do
    ids[i] = 'schedule:' .. name .. ':' .. runs[i]
  end
  local places = #ids > 0 and whereis(queue, ids) or {}
  for i = 1, #runs do
    local place = places[ids[i]]
    if place and not is_final(place) then
      left[#left + 1] = runs[i]
    end
  end
  return left
end
