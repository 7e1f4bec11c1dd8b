--- clock_was_set: begin anew what would end by the server's old time: leases, rests of groups.
---
--- @key lease_lengths hash number -> ms
--- @arg at_ms  int the time, 0 for the server's
--- @arg cursor str where to go on, 0 at first
--- @return where to go on; 0 when all is done
--- @include now even_when_full read_queue restart forget_rests

-- From the end of a lease nobody can tell any more who is alive. Who is renews within one lease, so
-- the others are known after that.
local now_ms = now(at_ms)
local found = call('HSCAN', lease_lengths, cursor, 'COUNT', 500)
local numbers = {}
for i = 1, #found[2], 2 do
  numbers[#numbers + 1] = found[2][i]
end
local queue = read_queue()
even_when_full()
restart(now_ms, numbers)
if queue.groups then
  forget_rests(queue, now_ms)
end
return found[1]
