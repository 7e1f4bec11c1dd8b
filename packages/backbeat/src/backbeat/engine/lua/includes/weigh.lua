--- weigh: count the bytes of jobs that are kept from now on.
---
--- @key meta       hash
--- @key jobs       hash
--- @key kept_sizes hash

local function weigh(ids, told)
  local bytes, sum = {}, 0
  for i = 1, #told, 2 do
    bytes[told[i]] = #told[i + 1]
  end
  for i = 1, #ids do
    local size = call('HSTRLEN', jobs, ids[i]) + (bytes[ids[i]] or 0)
    call('HSET', kept_sizes, ids[i], size)
    sum = sum + size
  end
  call('HINCRBY', meta, 'kept_bytes', sum)
end
