--- list_flows: a page of the flows that have their home in this queue, the newest first.
---
--- @dynamic flows     zset id -> ms, when it was started
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms int the time, 0 for the server's
--- @arg first int how many to leave out
--- @arg limit int at most 200
--- @include read_queue
--- @return (id, total, open, completed, failed, cancelled, removed, undone, created ms, ended ms)*

local reply, last = {}, first + math.min(limit, 200) - 1
local flows = prefix .. 'flows'
local ids = read_queue().flows and call('ZRANGE', flows, first, last, 'REV') or {}
for _, id in ipairs(ids) do
  local key = prefix .. 'flow:' .. id
  local said = call('HMGET', key, 'total', 'open', 'completed', 'failed', 'cancelled', 'removed',
    'undone', 'created', 'ended')
  if said[1] then
    reply[#reply + 1] = id
    for i = 1, 9 do
      reply[#reply + 1] = said[i] or ''
    end
  end
end
return reply
