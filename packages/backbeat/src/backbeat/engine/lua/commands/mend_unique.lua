--- mend_unique: put right what is wrong with these unique keys.
---
--- @dynamic unique       hash, key -> id|ms|mode|next id
--- @dynamic unique_until zset, key -> ms
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail keys, at most 200
--- @return (key, what was wrong)*
--- @code BB_BAD_CALL too many keys
--- @include now replay answer refuse unique_ids read_queue even_when_full unique_fault
--- @include pass_on_unique update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local names, done, passed = unique_ids(tail), {}, {}
if not names or #names > 200 then
  return refuse('BB_BAD_CALL', 'takes at most 200 keys')
end
local queue = read_queue()
even_when_full()
for _, name in ipairs(names) do
  local fault, following = unique_fault(name)
  if fault == 'no holder' then
    call('ZREM', prefix .. 'unique_until', name)
  elseif fault == 'no period' then
    local ms = string.match(call('HGET', prefix .. 'unique', name), '|(%d+)|')
    call('ZADD', prefix .. 'unique_until', ms, name)
  elseif fault then
    passed[#passed + 1] = name
    passed[#passed + 1] = following
  end
  if fault then
    done[#done + 1] = name
    done[#done + 1] = fault
  end
end
pass_on_unique(queue, now_ms, passed)
update_groups(queue)
wake_for_work(queue)
return answer(sid, number, now_ms, unpack(done))
