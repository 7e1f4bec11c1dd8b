--- registered: the last call of a worker, if the number is still its own.
---
--- @key workers hash number -> tick|session|fence|lost ids
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include refuse

-- After a failover that lost a registration two workers may have one number; the session tells them
-- apart.
local function registered(worker, sid)
  local stamp = call('HGET', workers, worker) or ''
  local tick, session, fence, lost = string.match(stamp, '^(%d+)|([^|]*)|(%d+)|(.*)$')
  if session ~= sid then
    return nil, refuse('BB_LOST', 'the worker is not registered any more')
  end
  return {tick = tonumber(tick), fence = fence, lost = lost}
end
