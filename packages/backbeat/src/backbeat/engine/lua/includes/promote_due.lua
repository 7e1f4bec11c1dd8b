--- promote_due: move jobs that have fallen due to waiting, at most 500 a call, and wake groups.
---
--- @key delayed zset
--- @field next       earliest due ms
--- @field fire_after ms until which a worker fires schedules; then another one is asked
--- @include whole place emit ask_to_fire wake_groups set_next

-- Answers whether schedules are due, too, and this worker is to fire them. `next` may be when the
-- next one is asked to: where the clock was put back, nobody has to wait for that.
local function promote_due(queue, now_ms)
  local put_back = queue.fire_after and tonumber(queue.fire_after) > now_ms + 1000
  if not queue.next or (tonumber(queue.next) > now_ms and not put_back) then
    return false
  end
  local ids = call('ZRANGE', delayed, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 500)
  if #ids > 0 then
    call('ZREM', delayed, unpack(ids))
    place(queue, now_ms, ids, false)
    emit(queue, 'waiting', ids)
  end
  local fires = ask_to_fire(queue, now_ms)
  wake_groups(queue, now_ms)
  set_next(queue, now_ms)
  return fires
end
