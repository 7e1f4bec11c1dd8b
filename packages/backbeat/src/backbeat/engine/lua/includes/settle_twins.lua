--- settle_twins: write down who holds which unique key, and what holders took over.
---
--- @lazy few adds have a unique key
--- @key jobs    hash
--- @key delayed zset
--- @include hold_unique delay whole wake_worker

-- A holder keeps its head: its priority and group say where it stands.
local function settle_twins(queue, now_ms, met)
  for key, holder in pairs(met.holds) do
    hold_unique(queue, key, holder)
  end
  local timed = {}
  for _, change in ipairs(met.changes) do
    local record = call('HGET', jobs, change.id)
    if record then
      local head = string.match(record, '^x[^\n]*\n') or '0'
      local body = string.match(change.record, '\n(.*)$')
      call('HSET', jobs, change.id, head .. body)
    end
    if change.due and call('ZSCORE', delayed, change.id) then
      timed[#timed + 1] = whole(math.max(change.due, now_ms))
      timed[#timed + 1] = change.id
    end
  end
  if delay(queue, timed) then
    wake_worker()
  end
end
