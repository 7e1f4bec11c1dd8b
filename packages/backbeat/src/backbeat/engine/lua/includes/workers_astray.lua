--- workers_astray: numbers of workers without a lease, at most 500.
---
--- @key workers hash
--- @key leases  zset

local function workers_astray()
  local found = {}
  for _, worker in ipairs(call('HKEYS', workers)) do
    if #found < 500 and not call('ZSCORE', leases, worker) then
      found[#found + 1] = worker
    end
  end
  return found
end
