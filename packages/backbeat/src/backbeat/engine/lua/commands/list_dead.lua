--- list_dead: a page of the jobs of one group of failures, the newest first.
---
--- @dynamic dead        zset id -> slot * 2^42 + end ms
--- @dynamic dead_groups hash fingerprint -> slot|since ms
--- @arg at_ms       int the time, 0 for the server's
--- @arg fingerprint str the group
--- @arg cursor      str where the last page ended; '' begins
--- @arg limit       int at most 200
--- @return cursor of the next page or '', (id, record, end ms, '')*
--- @include page_of_zset page_reply whole

local page = {ids = {}, scores = {}, marks = {}, limit = math.max(math.min(limit, 200), 1)}
local known = call('HGET', prefix .. 'dead_groups', fingerprint)
if known then
  local first = tonumber(string.match(known, '^%d+')) * 4398046511104
  local score, id = string.match(cursor, '^z|([^|]*)|(.*)$')
  page_of_zset(page, prefix .. 'dead', 'z', whole(first), whole(first + 4398046511104), true, score,
    id)
  for i = 1, #page.scores do
    page.scores[i] = whole(tonumber(page.scores[i]) - first)
  end
end
return page_reply(page, page.marks[page.limit] or '')
