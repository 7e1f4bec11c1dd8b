--- state_at: the state of a job by its place; `priority` and `draining` are no states of their own.

local function state_at(place)
  if place == 'priority' then
    return 'waiting'
  end
  if place == 'draining' then
    return 'delayed'
  end
  return place
end
