--- read_permit: the fields of `meta` that this script's files declare, free slots, and the µs.
---
--- @key meta hash slots, rates and counters of one name
--- @field max   slots that there are
--- @field taken slots that are held

local function read_permit(now_us)
  local permit = {us = now_us}
  local values = call('HMGET', meta, unpack(fields))
  for i = 1, #fields do
    permit[fields[i]] = values[i]
  end
  permit.free = (tonumber(permit.max) or 0) - (tonumber(permit.taken) or 0)
  return permit
end
