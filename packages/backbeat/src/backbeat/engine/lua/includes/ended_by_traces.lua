--- ended_by_traces: the state in which a job without a place has ended, by what that left; or nil.
---
--- @key results hash

-- Without any trace it has not ended, as far as anybody can know: it runs, perhaps once more.
local function ended_by_traces(job)
  local code = job.beside.expiring and tonumber(job.beside.expiring) % 4
  local result = call('HGET', results, job.id)
  local told = result and string.find(result, '^{"fingerprint":"')
  if code == 1 or told or job.beside.dead then
    return 'failed'
  elseif code == 2 then
    return 'cancelled'
  end
  return (code == 0 or result or job.beside.kept_sizes) and 'completed' or nil
end
