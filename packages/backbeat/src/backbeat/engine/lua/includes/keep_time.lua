--- keep_time: decide who wakes up when the next job may start: the ms this worker wakes, or '0'.
---
--- @key meta hash
--- @field next       earliest due ms
--- @field rate       cost that may start in a time
--- @field timekeeper worker:until:next, who wakes exactly then
--- @include clear_field has_work rate_room wake_worker whole

-- One idle worker sleeps to the millisecond, the others longer: else all would come at each due
-- time. `sooner`: this call brought the earliest due time nearer, and somebody must learn of it.
-- The next job may start when it falls due, or when the rate that holds it back has room.
local function keep_time(queue, now_ms, worker, idle, sooner)
  local following = tonumber(queue.next)
  if queue.rate and idle and has_work(queue) then
    local _, wake_ms = rate_room(queue)
    following = math.min(following or math.huge, wake_ms)
  end
  local keeper, until_ms, known = string.match(queue.timekeeper or '', '^(%d+):(%d+):(%d+)$')
  local own = tonumber(keeper) == worker
  if not following then
    if own then
      clear_field(queue, 'timekeeper')
    end
    return '0'
  end
  -- Further ahead than anybody ever has it: the clock was put back.
  local unaware = not keeper or tonumber(until_ms) <= now_ms or tonumber(until_ms) > now_ms + 5000
    or tonumber(known) > following
  if idle and (own or unaware) then
    local duty = worker .. ':' .. whole(now_ms + 5000) .. ':' .. whole(following)
    call('HSET', meta, 'timekeeper', duty)
    return whole(following)
  end
  if own then
    clear_field(queue, 'timekeeper')
  end
  if own or (sooner and unaware) then
    wake_worker()
  end
  return '0'
end
