--- draw_rate: count what has started against the queue's rate.
---
--- @dynamic rate_log list, ms:cost of what started, the newest left
--- @key meta hash
--- @field rate       cost that may start in each `rate_ms`
--- @field rate_ms    the length of that time
--- @field rate_burst cost that a bucket holds; without it a window slides
--- @field rate_sum   cost of what is in `rate_log`
--- @field rate_drawn ms up to which a bucket is drawn
--- @include whole

-- The log never goes back in time, also where the server's clock does.
local function draw_rate(queue, now_ms, cost)
  if not queue.rate or cost == 0 then
    return
  end
  if queue.rate_burst then
    local drawn = math.max(tonumber(queue.rate_drawn) or 0, now_ms)
    drawn = drawn + cost * tonumber(queue.rate_ms) / tonumber(queue.rate)
    queue.rate_drawn = string.format('%.3f', drawn)
    call('HSET', meta, 'rate_drawn', queue.rate_drawn)
    return
  end
  local log = prefix .. 'rate_log'
  local newest = string.match(call('LRANGE', log, 0, 0)[1] or '', '^%d+') or 0
  call('LPUSH', log, whole(math.max(now_ms, tonumber(newest))) .. ':' .. whole(cost))
  queue.rate_sum = whole((tonumber(queue.rate_sum) or 0) + cost)
  call('HSET', meta, 'rate_sum', queue.rate_sum)
end
