--- tell_apart: which ids of an add are in the queue already: indexes of existing and of kept jobs.
---
--- @key jobs hash
--- @include whereis is_final outlived

-- An id that is given twice in one call is new once. Where `replace[i]` is `r`, a kept job counts
-- as new, with `c` only one that was not completed or is too old: those are answered as well, and
-- their places.
local function tell_apart(queue, now_ms, ids, replace)
  local present, once = {}, {}
  local records = call('HMGET', jobs, unpack(ids))
  for i = 1, #ids do
    local id = ids[i]
    if records[i] or once[id] then
      present[#present + 1] = i
    else
      once[id] = true
    end
  end
  local existing, kept, replaced = {}, {}, {}
  if #present == 0 then
    return existing, kept, replaced
  end
  local places = whereis(queue, ids)
  for _, i in ipairs(present) do
    local id, place = ids[i], places[ids[i]]
    local flag = replace[i]
    if not is_final(place) or once[id] then
      existing[#existing + 1] = i - 1
    elseif flag == 'r'
      or (flag == 'c' and (place ~= 'completed' or outlived(queue, now_ms, id)))
    then
      once[id] = true
      replaced[#replaced + 1] = id
    else
      kept[#kept + 1] = i - 1
    end
  end
  return existing, kept, replaced, places
end
