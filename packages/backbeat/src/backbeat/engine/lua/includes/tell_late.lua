--- tell_late: let somebody learn of the end of a job that is in the queue already.
---
--- @key results hash
--- @dynamic dependents hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @include is_final hint open_hash tell_parents

local function tell_late(queue, mail, id, place, notes)
  local dependents = prefix .. 'dependents'
  local others = call('HGET', dependents, id)
  local all = others and others .. ',' or ''
  for note in string.gmatch(notes, '[^,]+') do
    if not string.find(',' .. all, ',' .. note .. ',', 1, true) then
      all = all .. note .. ','
    end
  end
  hint(queue, 'flows')
  open_hash(queue, dependents, 'dependents')
  call('HSET', dependents, id, string.sub(all, 1, -2))
  if is_final(place) then
    local result = call('HGET', results, id)
    tell_parents(queue, mail, place, {id}, result and {id, result} or {})
  end
end
