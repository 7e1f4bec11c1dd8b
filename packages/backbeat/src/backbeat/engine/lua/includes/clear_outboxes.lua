--- clear_outboxes: note that all messages are acknowledged, if they are; else 1.
---
--- @dynamic outboxes hash queue -> last number written|last acknowledged|older one|its ms
--- @include unhint

local function clear_outboxes(queue)
  local outboxes = prefix .. 'outboxes'
  for _, state in ipairs(call('HVALS', outboxes)) do
    local written, seen = string.match(state, '^(%d+)|(%d+)|')
    if written ~= seen then
      return 1
    end
  end
  if queue.outboxes then
    unhint(queue, 'outboxes')
  end
  return 0
end
