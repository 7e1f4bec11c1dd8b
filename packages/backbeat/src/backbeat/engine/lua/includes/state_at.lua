--- state_at: the state of a job by its place; `priority`, `draining` and groups are no states.

local function state_at(place)
  if place == 'priority' or string.find(place or '', '^group:') then
    return 'waiting'
  end
  if place == 'draining' then
    return 'delayed'
  end
  return place
end
