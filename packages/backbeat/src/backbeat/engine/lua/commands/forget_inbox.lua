--- forget_inbox: forget up to where messages of a queue were received that has forgotten them.
---
--- @dynamic inbox hash queue -> number of its last message that was received
--- @arg at_ms  int the time, 0 for the server's
--- @arg source str the queue that sent them
--- @arg upto   str the number; another means that more has come
--- @return 1 if that is forgotten
--- @include now even_when_full

-- Whoever still carries one of them after a day is no relay that lives.
local now_ms = now(at_ms)
local inbox = prefix .. 'inbox'
if call('HGET', inbox, source) ~= upto or now_ms * 1000 - tonumber(upto) < 86400000000 then
  return 0
end
even_when_full()
call('HDEL', inbox, source)
return 1
