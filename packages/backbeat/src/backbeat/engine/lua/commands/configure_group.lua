--- configure_group: set rules of a group, or of all groups that have none of their own: `*`.
---
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg group  str the group, or `*`
--- @rest tail (rule, value)*; 0 is no bound, an empty value what `*` says; nothing: none of its own
--- @dynamic group_names zset, every group, by name
--- @dynamic group_rules hash, group -> rules; `*` -> those of all groups
--- @return changed 0/1; after a change of `*` call `refresh_groups`
--- @code BB_BAD_CALL a rule is unknown, or its value no number
--- @include now replay answer refuse with_rule read_queue even_when_full hint unhint renew_group
--- @include group_rules update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local kept = prefix .. 'group_rules'
local was = call('HGET', kept, group)
local rules = #ARGV > tail and (was or ':::::::') or ':::::::'
for i = tail + 1, #ARGV, 2 do
  rules = with_rule(rules, ARGV[i], ARGV[i + 1] or 'x')
  if not rules then
    return refuse('BB_BAD_CALL', 'has no such rule of groups, or not of that value: ' .. ARGV[i])
  end
end
if rules == (was or ':::::::') then
  return answer(sid, number, now_ms, 0)
end

even_when_full()
local queue = read_queue()
if rules ~= ':::::::' then
  call('HSET', kept, group, rules)
  hint(queue, 'rules')
else
  call('HDEL', kept, group)
end
if group ~= '*' then
  call('ZADD', prefix .. 'group_names', 0, group)
  renew_group(queue, group)
  local line = queue.tally.lines[group]
  if group_rules(was, queue.tally.rules).level ~= line.rules.level then
    line.turn, line.at = 0, -1
  end
  update_groups(queue)
  wake_for_work(queue)
end
if call('EXISTS', kept) == 0 then
  unhint(queue, 'rules')
end
return answer(sid, number, now_ms, 1)
