--- open_mail: the messages that a script sends about flows: its own queue reads them at its end.
---
--- @key meta hash names the queue, by its hash tag

-- `relayed`: whoever runs this script empties the outboxes itself, nobody has to be woken for it.
local function open_mail(now_ms, relayed)
  return {now_ms = now_ms, own = string.match(meta, '{(.*)}'), relayed = relayed}
end
