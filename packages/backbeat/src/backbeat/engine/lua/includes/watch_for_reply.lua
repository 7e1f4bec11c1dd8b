--- watch_for_reply: let the sessions that special jobs name learn how these end.
---
--- @include hint add_watcher

-- `stored` is id, record, id, record...
local function watch_for_reply(queue, stored)
  for i = 1, #stored, 2 do
    if string.byte(stored[i + 1], 1) ~= 48 then
      hint(queue, 'special')
      -- `head_of` costs twice as much, and hardly any head names a session.
      local reply = string.match(stored[i + 1], '^x%d+;[^;\n]*;([^;\n]+)')
      if reply then
        add_watcher(queue, stored[i], reply)
      end
    end
  end
end
