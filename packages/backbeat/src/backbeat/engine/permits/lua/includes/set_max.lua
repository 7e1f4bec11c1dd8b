--- set_max: let there be so many slots; who asks last says how many.
---
--- @key meta hash
--- @field max slots that there are

local function set_max(permit, max)
  local before = tonumber(permit.max)
  if before ~= max then
    call('HSET', meta, 'max', max)
    if not before then
      call('PEXPIRE', meta, 3600000)
    end
    permit.free = permit.free + max - (before or 0)
    permit.max = max
  end
end
