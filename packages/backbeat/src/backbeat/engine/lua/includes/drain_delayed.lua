--- drain_delayed: forget jobs that a drain found in `delayed`.
---
--- @key draining zset
--- @include note_leaving remove_now unhint

local function drain_delayed(queue, now_ms, budget)
  if not queue.draining or budget <= 0 then
    return 0
  end
  local ids = call('ZRANGE', draining, 0, budget - 1)
  if #ids > 0 then
    call('ZREM', draining, unpack(ids))
    note_leaving(queue, ids)
    remove_now(queue, now_ms, ids)
  end
  if #ids < budget then
    unhint(queue, 'draining')
  end
  return #ids
end
