--- slide_rate: forget what started before the window of the queue's rate.
---
--- @dynamic rate_log list, ms:cost of what started, the newest left
--- @key meta hash
--- @field rate_ms    the length of the window
--- @field rate_burst cost that a bucket holds; without it a window slides
--- @field rate_sum   cost of what is in `rate_log`
--- @include whole

local function slide_rate(queue, now_ms)
  if not queue.rate_sum or queue.rate_burst or not queue.rate_ms then
    return
  end
  local log, sum, over = prefix .. 'rate_log', tonumber(queue.rate_sum), 100
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
