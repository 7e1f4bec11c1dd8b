--- look: who holds a lock or semaphore, and who waits for it.
---
--- @key held   zset token -> end ms
--- @key shares hash token -> fence|slots|pending|since ms|who
--- @key line   zset waiter -> ms since when it waits
--- @key parked zset queue|id of a job -> ms since when it waits
--- @key told   zset waiter -> ms until which its turn lasts
--- @arg at_ms int the time, 0 for the server's
--- @return now_ms, slots, fence, how many wait in line, how many jobs are parked, rate, per µs,
---   kind, burst, units that are free, pending units, end of a pause ms, n, then n times token, end
---   ms, share, then (waiter, since)*; at most 100 of each
--- @field max   slots that there are
--- @field fence the last one
--- @field rate    units in `per`
--- @field per     µs
--- @field kind    sliding or bucket
--- @field burst   units that a bucket holds
--- @field pending units that were taken and not yet used
--- @field paused  ms until which nothing is given
--- @include now whole read_permit even_when_full units_free

local now_ms, now_us = now(at_ms)
local permit = read_permit(now_us)
even_when_full()
local reply = {whole(now_ms), permit.max or '0', permit.fence or '0',
  call('ZCARD', line) + call('ZCARD', told), call('ZCARD', parked), permit.rate or '0',
  permit.per or '0', permit.kind or '', permit.burst or '0',
  permit.rate and whole(units_free(permit)) or '0', permit.pending or '0', permit.paused or '0', 0}
local after = '(' .. whole(now_ms)
local holders = call('ZRANGE', held, after, '+inf', 'BYSCORE', 'LIMIT', 0, 100, 'WITHSCORES')
for i = 1, #holders, 2 do
  reply[13] = reply[13] + 1
  reply[#reply + 1] = holders[i]
  reply[#reply + 1] = holders[i + 1]
  reply[#reply + 1] = call('HGET', shares, holders[i]) or ''
end
for _, key in ipairs({told, line, parked}) do
  for _, entry in ipairs(call('ZRANGE', key, 0, 99, 'WITHSCORES')) do
    reply[#reply + 1] = entry
  end
end
return reply
