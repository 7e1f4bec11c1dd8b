--- next_version: the board has changed.
---
--- @key board hash
--- @include whole

-- The first version of a board is the time in µs, so that one that was lost and built again
-- does not come back to a version that somebody has seen.
local function next_version(known)
  local version
  if known then
    version = known.version + 1
  else
    local time = call('TIME')
    version = time[1] * 1000000 + time[2]
  end
  call('HSET', board, 'version', whole(version))
  return whole(version)
end
