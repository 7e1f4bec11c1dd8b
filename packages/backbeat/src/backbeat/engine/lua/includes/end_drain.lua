--- end_drain: forget what a drain was to remove.
---
--- @key meta hash
--- @include unhint

local function end_drain(queue)
  call('HDEL', meta, 'drain_to', 'drain_front', 'drain_clk', 'drain_delayed', 'drain_at',
    'drain_group')
  unhint(queue, 'drain')
end
