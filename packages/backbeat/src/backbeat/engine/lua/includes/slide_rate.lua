--- slide_rate: forget what started before the window of the queue's rate.
---
--- @dynamic rate_log list, ms:cost of what started, the newest left
--- @key meta hash
--- @field rate       cost that may start in each `rate_ms`
--- @field rate_ms    the length of that time
--- @field rate_burst cost that a bucket holds; without it a window slides
--- @field rate_drawn ms up to which a bucket is drawn
--- @field rate_sum   cost of what is in `rate_log`
--- @include whole

-- What seems to have started later than now, because the clock was put back, counts as of now, and
-- a bucket is drawn empty at the most: else nothing would start until that time comes again.
local function slide_rate(queue, now_ms)
  if not queue.rate_ms then
    return
  end
  if queue.rate_burst then
    local empty_ms = now_ms + queue.rate_burst * queue.rate_ms / (queue.rate or 1)
    if (tonumber(queue.rate_drawn) or 0) > empty_ms + 1 then
      queue.rate_drawn = string.format('%.3f', empty_ms)
      call('HSET', meta, 'rate_drawn', queue.rate_drawn)
    end
    return
  end
  if not queue.rate_sum then
    return
  end
  local log, sum, over = prefix .. 'rate_log', tonumber(queue.rate_sum), 100
  local newest = string.match(call('LRANGE', log, 0, 0)[1] or '', '^%d+')
  if newest and tonumber(newest) > now_ms then
    for i, entry in ipairs(call('LRANGE', log, 0, -1)) do
      local ms, cost = string.match(entry, '^(%d+):(%d+)$')
      if tonumber(ms) <= now_ms then
        break
      end
      call('LSET', log, i - 1, whole(now_ms) .. ':' .. cost)
    end
  end
  while over == 100 do
    local entries = call('LRANGE', log, -100, -1)
    over = 0
    for i = #entries, 1, -1 do
      local ms, cost = string.match(entries[i], '^(%d+):(%d+)$')
      if tonumber(ms) > now_ms - tonumber(queue.rate_ms) then
        break
      end
      over, sum = over + 1, sum - tonumber(cost)
    end
    if over > 0 then
      call('RPOP', log, over)
    end
  end
  if whole(sum) ~= queue.rate_sum then
    queue.rate_sum = whole(sum)
    call('HSET', meta, 'rate_sum', queue.rate_sum)
  end
end
