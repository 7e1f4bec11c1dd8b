--- rest_group: let a group whose rate is used up rest until a time.
---
--- @dynamic group_wakes zset, group -> ms
--- @include bring_nearer whole

local function rest_group(queue, name, wake_ms)
  call('ZADD', prefix .. 'group_wakes', whole(wake_ms), name)
  queue.tally.sooner = bring_nearer(queue, wake_ms) or queue.tally.sooner
end
