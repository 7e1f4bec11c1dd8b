--- hand_over: give a notice to every channel that is to bring it.
---
--- @key deliveries hash id -> attempts|channel|JSON
--- @key due        zset id -> ms
--- @include whole note

-- The id is the caller's: the same call that comes twice leaves one delivery. What cannot be
-- delivered must not grow without bound.
local function hand_over(now_ms, id, channels, notice)
  for channel in string.gmatch(channels, '[^,]+') do
    local delivery = id .. '.' .. channel
    if call('ZCARD', due) >= 1000 then
      note(now_ms, 'dropped', notice)
    elseif call('HSETNX', deliveries, delivery, '0|' .. channel .. '|' .. notice) == 1 then
      call('ZADD', due, whole(now_ms), delivery)
    end
  end
end
