--- due_schedules: the schedules that are due, those that have waited longest first.
---
--- @key schedules       hash name -> record
--- @key schedule_states hash name -> state
--- @key schedule_due    zset name -> ms
--- @arg at_ms int the time, 0 for the server's
--- @return now_ms, (name, state, record)*; at most 100 of them
--- @include now whole

local now_ms = now(at_ms)
local reply = {whole(now_ms)}
local names = call('ZRANGE', schedule_due, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT',
  0, 100)
local bytes = 0
for _, name in ipairs(names) do
  local record = call('HGET', schedules, name) or ''
  if bytes < 4194304 then
    bytes = bytes + #record
    reply[#reply + 1] = name
    reply[#reply + 1] = call('HGET', schedule_states, name) or ''
    reply[#reply + 1] = record
  end
end
return reply
