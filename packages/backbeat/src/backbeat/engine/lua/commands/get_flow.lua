--- get_flow: the record of a flow, and a page of its jobs.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @arg at_ms int the time, 0 for the server's
--- @arg flow  str the flow
--- @arg after int position of the last job of the page before
--- @arg limit int at most 500
--- @include read_queue
--- @return total or '' for an unknown flow, open, completed, failed, cancelled, removed, undone,
---   created ms, ended ms, epoch, reason of a cancel, about, (ref, name, state, parents)*

-- Positions have no holes, and none is taken away: a page is read by number.
local key, queue = prefix .. 'flow:' .. flow, read_queue()
local said = call('HMGET', key, 'total', 'open', 'completed', 'failed', 'cancelled', 'removed',
  'undone', 'created', 'ended', 'epoch', 'reason', 'about')
if not queue.flows or not said[1] then
  return {''}
end
for i = 1, #said do
  said[i] = said[i] or ''
end
local most = math.min(tonumber(said[1]) or 0, after + math.min(limit, 500))
for at = after + 1, most do
  local ref = call('HGET', key, '#' .. at)
  local name, state, above = string.match(call('HGET', key, ref) or '',
    '^%d+|([^|]*)|(%a+)|%d+|(.*)$')
  for _, part in ipairs({ref, name, state, above}) do
    said[#said + 1] = part
  end
end
return said
