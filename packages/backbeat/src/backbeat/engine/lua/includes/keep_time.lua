--- keep_time: decide who wakes up when the next job falls due: the ms this worker wakes, or '0'.
---
--- @key meta hash
--- @field next       earliest due ms
--- @field timekeeper worker:until:next, who wakes exactly then
--- @include clear_field wake_worker whole

-- One idle worker sleeps to the millisecond, the others longer: else all would come at each due
-- time. `sooner`: this call brought the earliest due time nearer, and somebody must learn of it.
local function keep_time(queue, now_ms, worker, idle, sooner)
  local keeper, until_ms, known = string.match(queue.timekeeper or '', '^(%d+):(%d+):(%d+)$')
  local own = tonumber(keeper) == worker
  if not queue.next then
    if own then
      clear_field(queue, 'timekeeper')
    end
    return '0'
  end
  local unaware = not keeper or tonumber(until_ms) <= now_ms
    or tonumber(known) > tonumber(queue.next)
  if idle and (own or unaware) then
    local duty = worker .. ':' .. whole(now_ms + 5000) .. ':' .. queue.next
    call('HSET', meta, 'timekeeper', duty)
    return queue.next
  end
  if own then
    clear_field(queue, 'timekeeper')
  end
  if own or (sooner and unaware) then
    wake_worker()
  end
  return '0'
end
