--- unkeep_own: forget the ages of their own that these jobs have.
---
--- @key meta     hash
--- @key expiring zset
--- @include final_code unhint

local function unkeep_own(queue, ids)
  local left = {}
  for _, score in ipairs(call('ZMSCORE', expiring, unpack(ids))) do
    local code = score and tonumber(score) % 4
    if code then
      left[code] = (left[code] or 0) + 1
    end
  end
  call('ZREM', expiring, unpack(ids))
  for _, state in ipairs({'completed', 'failed', 'cancelled'}) do
    local count = left[final_code(state)]
    if count then
      call('HINCRBY', meta, 'own_' .. state, -count)
    end
  end
  if call('EXISTS', expiring) == 0 then
    unhint(queue, 'expiring')
  end
end
