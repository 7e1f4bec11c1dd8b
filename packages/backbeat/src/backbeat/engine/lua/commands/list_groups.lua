--- list_groups: groups that have jobs or rules of their own, in the order of their names.
---
--- @dynamic group_names zset, every group, by name
--- @arg at_ms int the time, 0 for the server's
--- @arg cursor str name of the last group of the page before; '' begins
--- @arg limit  int at most 200
--- @return cursor of the next page or '', (name, active, waiting, held by, own rules, rules)*
--- @include read_queue group_lines group_row

local queue = read_queue()
local most = math.max(math.min(limit, 200), 1)
local names = call('ZRANGE', prefix .. 'group_names', cursor == '' and '-' or '(' .. cursor, '+',
  'BYLEX', 'LIMIT', 0, most)
local reply = {names[most] or ''}
local lines = #names > 0 and group_lines(queue, names)
for _, name in ipairs(names) do
  for _, part in ipairs({group_row(queue, name, lines[name])}) do
    reply[#reply + 1] = part
  end
end
return reply
