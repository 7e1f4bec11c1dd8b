--- rate_room: what may start now by the queue's rate, and the ms at which there is more.
---
--- @dynamic rate_log list, ms:cost of what started, the newest left
--- @field rate       cost that may start in each `rate_ms`; without it there is no limit
--- @field rate_ms    the length of that time
--- @field rate_burst cost that a bucket holds; without it a window slides
--- @field rate_sum   cost of what is in `rate_log`
--- @field rate_drawn ms up to which a bucket is drawn
--- @include now

-- Every script has `at_ms`, so whoever asks need not know of time. A window is searched for what
-- has left it 100 entries deep: where more have, there is room enough.
local function rate_room(queue)
  if not queue.rate then
    return math.huge, 0
  end
  local now_ms, most, length = now(at_ms), tonumber(queue.rate), tonumber(queue.rate_ms)
  if queue.rate_burst then
    local each = length / most
    local burst, owed = tonumber(queue.rate_burst), (tonumber(queue.rate_drawn) or 0) - now_ms
    owed = math.max(owed, 0)
    -- Times are kept to the µs: what is missing by less is there.
    local room = math.floor(burst - owed / each + 0.001 / each)
    local wait = room < 1 and owed - (burst - 1) * each or each
    return room, math.ceil(now_ms + wait)
  end
  local used, wake_ms = tonumber(queue.rate_sum) or 0, now_ms + length
  local entries = used > 0 and call('LRANGE', prefix .. 'rate_log', -100, -1) or {}
  for i = #entries, 1, -1 do
    local ms, cost = string.match(entries[i], '^(%d+):(%d+)$')
    if tonumber(ms) > now_ms - length then
      wake_ms = tonumber(ms) + length
      break
    end
    used = used - tonumber(cost)
  end
  return most - used, wake_ms
end
