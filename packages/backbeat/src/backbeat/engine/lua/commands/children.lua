--- children: how many children a job has, and a page of what the ended ones gave.
---
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the job
--- @arg after int position of the last child of the page before
--- @arg limit int at most 500
--- @return open, good, bad, all, position to go on from, or 0, (ref|name|state|result)*
--- @include read_queue parent_of

-- Stops at 4 MiB. A child that has not ended is left out.
local parent = read_queue().flows and parent_of(id)
local results = prefix .. 'child_results:' .. id
if not parent then
  return {0, 0, 0, 0, 0}
end
local reply, bytes, at = {parent.open, parent.good, parent.bad, parent.all}, 0, after
local most = math.min(parent.all, after + math.max(1, math.min(limit, 500)))
while at < most and bytes < 4194304 do
  at = at + 1
  local said = call('HGET', results, at)
  if said then
    bytes = bytes + #said
    reply[#reply + 1] = said
  end
end
table.insert(reply, 5, at < parent.all and at or 0)
return reply
