--- list: a page of jobs of one state: ended ones newest first, others in the order of their turn.
---
--- @key delayed zset
--- @key active  zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @arg at_ms  int the time, 0 for the server's
--- @arg state  str of the jobs
--- @arg cursor str where the last page ended; '' begins
--- @arg limit  int at most 200
--- @return cursor of the next page or '', (id, record, score or '', run of an active one or '')*
--- @include read_queue is_final ended_in page_of_zset page_of_waiting page_reply

local queue = read_queue()
local page = {ids = {}, scores = {}, marks = {}, limit = math.max(math.min(limit, 200), 1)}
local stage, score, id = string.match(cursor, '^(%a)|([^|]*)|?(.*)$')
if state == 'waiting' then
  return page_reply(page, page_of_waiting(queue, page, stage or 'a', score, id))
end
if is_final(state) then
  page_of_zset(page, ended_in(state), 'z', '-inf', '+inf', true, score, id)
elseif state == 'delayed' then
  page_of_zset(page, delayed, 'z', '-inf', '+inf', false, score, id)
elseif state == 'active' then
  page.runs = true
  page_of_zset(page, active, 'z', '0', '+inf', false, score, id)
elseif state == 'waiting-children' then
  page_of_zset(page, prefix .. 'waiting_children', 'z', '-inf', '+inf', false, score, id)
end
return page_reply(page, page.marks[page.limit] or '')
