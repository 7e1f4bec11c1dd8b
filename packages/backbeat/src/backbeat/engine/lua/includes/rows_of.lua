--- rows_of: what a hash says of those of these jobs that it knows: id -> value.

-- Where it knows few, it is asked for their names: asking it for a hundred ids takes longer.
local function rows_of(key, ids)
  local asked, rows = ids, {}
  if #ids > 16 and call('HLEN', key) <= 16 then
    local known = {}
    for _, id in ipairs(call('HKEYS', key)) do
      known[id] = true
    end
    asked = {}
    for i = 1, #ids do
      asked[#asked + 1] = known[ids[i]] and ids[i]
    end
  end
  local values = #asked > 0 and call('HMGET', key, unpack(asked)) or {}
  for i = 1, #asked do
    rows[asked[i]] = values[i] or nil
  end
  return rows
end
