--- watch_for_reply: let the sessions that special jobs name learn how these end.
---
--- @include head_of hint add_watcher

-- `stored` is id, record, id, record...
local function watch_for_reply(queue, stored)
  for i = 1, #stored, 2 do
    if string.byte(stored[i + 1], 1) ~= 48 then
      hint(queue, 'special')
      local _, _, reply = head_of(stored[i + 1])
      if reply ~= '' then
        add_watcher(queue, stored[i], reply)
      end
    end
  end
end
