--- scale: change how many jobs run at once, and tell the workers.
---
--- @key workers hash number -> tick|session|fence|lost ids
--- @dynamic mailbox:<worker> list, commands for one worker
--- @arg at_ms       int the time, 0 for the server's
--- @arg sid         str the session that calls
--- @arg number      int the number of its call
--- @arg concurrency str jobs of this queue at once in each worker; 0 as declared, '' as it is
--- @arg most        str the same over all workers
--- @rest tail numbers of workers: then `concurrency` is for all jobs of these, and is not kept
--- @field declared_running what `max_running` was declared as
--- @return how many workers were told
--- @code BB_BAD_CALL a number is none
--- @include now replay answer refuse read_queue even_when_full put_field wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if not string.find(concurrency, '^%d*$') or not string.find(most, '^%d*$') then
  return refuse('BB_BAD_CALL', 'is scaled by whole numbers')
end

even_when_full()
local told, letter = {unpack(ARGV, tail + 1)}, 'slots|' .. concurrency
if #told == 0 then
  local queue = read_queue()
  if most ~= '' then
    put_field('scaled_running', most == '0' and '' or most)
    put_field('max_running', most == '0' and (queue.declared_running or '') or most)
  end
  if concurrency ~= '' then
    put_field('concurrency', concurrency == '0' and '' or concurrency)
    told, letter = call('HKEYS', workers), 'scale|' .. concurrency
  end
  wake_for_work(read_queue())
end
local letters = 0
for i = 1, math.min(#told, 1000) do
  if call('HEXISTS', workers, told[i]) == 1 then
    letters = letters + 1
    local mailbox = prefix .. 'mailbox:' .. told[i]
    call('RPUSH', mailbox, letter)
    call('PEXPIRE', mailbox, 3600000)
  end
end
return answer(sid, number, now_ms, letters .. '')
