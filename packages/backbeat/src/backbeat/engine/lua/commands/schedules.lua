--- schedules: what is known of one schedule, or of a page of them, by name.
---
--- @key schedules       hash name -> record
--- @key schedule_states hash name -> state
--- @arg at_ms int the time, 0 for the server's
--- @arg only  str one name; '' for all
--- @arg after str the last name of the page before; '' for the first page
--- @arg limit int at most so many
--- @return now_ms, (name, state, record)*
--- @include now whole

local now_ms = now(at_ms)
local names = only ~= '' and {only} or call('HKEYS', schedules)
table.sort(names)
local reply, bytes, count = {whole(now_ms)}, 0, 0
for _, name in ipairs(names) do
  if name > after and count < limit and bytes < 4194304 then
    local record = call('HGET', schedules, name)
    if record then
      bytes, count = bytes + #record, count + 1
      reply[#reply + 1] = name
      reply[#reply + 1] = call('HGET', schedule_states, name) or ''
      reply[#reply + 1] = record
    end
  end
end
return reply
