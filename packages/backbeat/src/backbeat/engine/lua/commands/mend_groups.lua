--- mend_groups: write down of these groups what is true of their jobs.
---
--- @key delayed  zset
--- @key draining zset
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail names, at most 200
--- @return names that were wrong
--- @code BB_BAD_CALL too many names
--- @include now replay answer refuse unique_ids read_queue even_when_full open_groups
--- @include astray_groups group_lines update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local names = unique_ids(tail)
if not names or #names > 200 then
  return refuse('BB_BAD_CALL', 'takes at most 200 names')
end
local queue = read_queue()
even_when_full()
local wrong, counted = astray_groups(queue, names)
if #wrong > 0 then
  open_groups(queue)
  local lines = group_lines(queue, wrong)
  for _, name in ipairs(wrong) do
    local line = lines[name]
    line.waiting, line.active = counted[name].waiting, counted[name].active
    if not (call('ZSCORE', delayed, line.awaited) or call('ZSCORE', draining, line.awaited)) then
      line.awaited = ''
    end
    -- Unknown, so that everything about it is written anew.
    line.stand, line.at, line.known, line.touched = nil, nil, false, true
  end
  update_groups(queue)
  wake_for_work(queue)
end
return answer(sid, number, now_ms, unpack(wrong))
