--- take_over_delayed: move all delayed jobs out of reach, for a drain to remove in its own time.
---
--- @key meta     hash
--- @key delayed  zset
--- @key draining zset
--- @field drain_delayed a drain has yet to take over `delayed`
--- @include hint set_next

-- Renamed in one step, so that jobs that are delayed later are not among them. What an earlier
-- drain left unfinished has to go first.
local function take_over_delayed(queue, now_ms)
  if queue.drain_delayed ~= '1' or queue.draining then
    return
  end
  if call('EXISTS', delayed) == 1 then
    call('RENAME', delayed, draining)
    hint(queue, 'draining')
    set_next(queue, now_ms)
  end
  queue.drain_delayed = '0'
  call('HSET', meta, 'drain_delayed', '0')
end
