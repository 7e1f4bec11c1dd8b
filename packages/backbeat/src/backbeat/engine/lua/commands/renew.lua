--- renew: extend a worker's lease, and learn which of its jobs are to be cancelled.
---
--- @key leases  zset
--- @key lease_lengths hash number -> ms
--- @key active  zset
--- @key cancels hash id -> reason
--- @arg at_ms    int the time, 0 for the server's
--- @arg worker   int the number of the worker
--- @arg sid      str its session
--- @arg lease_ms int how long it may stay silent from now on
--- @return active jobs, earliest lease deadline of another worker or 0, now_ms,
---   (id, ticket, reason)*
--- @code BB_LOST the worker is not registered, or its number is another's
--- @include now whole registered read_queue even_when_full ticket_range

local now_ms = now(at_ms)
local _, unknown = registered(worker, sid)
if unknown then
  return unknown
end
local queue = read_queue()
even_when_full()
call('ZADD', leases, whole(now_ms + lease_ms), worker)
call('HSET', lease_lengths, worker, lease_ms)

local first, last = ticket_range(worker)
local reply = {call('ZCOUNT', active, first, last), '0', whole(now_ms)}
local two = call('ZRANGE', leases, 0, 1, 'WITHSCORES')
for i = 1, #two, 2 do
  if reply[2] == '0' and tonumber(two[i]) ~= worker then
    reply[2] = two[i + 1]
  end
end
if queue.cancels then
  local found = call('ZRANGE', active, first, last, 'BYSCORE', 'LIMIT', 0, 1000, 'WITHSCORES')
  local ids = {}
  for i = 1, #found, 2 do
    ids[#ids + 1] = found[i]
  end
  local reasons = #ids > 0 and call('HMGET', cancels, unpack(ids)) or {}
  for i = 1, #ids do
    if reasons[i] then
      reply[#reply + 1] = ids[i]
      reply[#reply + 1] = found[2 * i]
      reply[#reply + 1] = reasons[i]
    end
  end
end
return reply
