--- rows_of: what a hash says of jobs: id -> value, perhaps with others in it.

-- What holds little is read whole: to ask it for a hundred ids would take many times as long.
local function rows_of(key, ids)
  local rows = {}
  if #ids > 16 and call('HLEN', key) <= 16 then
    local all = call('HGETALL', key)
    for i = 1, #all, 2 do
      rows[all[i]] = all[i + 1]
    end
    return rows
  end
  local values = call('HMGET', key, unpack(ids))
  for i = 1, #ids do
    rows[ids[i]] = values[i] or nil
  end
  return rows
end
