--- obliterate: delete the queue and everything in it.
---
--- @key meta        hash
--- @key jobs        hash
--- @key waiting     list
--- @key front       list
--- @key gone        hash
--- @key priority    zset
--- @key delayed     zset
--- @key draining    zset
--- @key active      zset
--- @key workers     hash
--- @key worker_info hash
--- @key lease_lengths hash
--- @key leases      zset
--- @key completed   zset
--- @key failed      zset
--- @key cancelled   zset
--- @key kept_sizes  hash
--- @key expiring    zset
--- @key results     hash
--- @key runs        hash
--- @key history     hash
--- @key progress    hash
--- @key cancels     hash
--- @key watchers    hash
--- @key wake        list
--- @key events      stream
--- @key starts      hash
--- @key schedules   hash
--- @key schedule_states hash
--- @key schedule_due zset
--- @dynamic schedule_history:<name> list
--- @dynamic unique       hash
--- @dynamic unique_until zset
--- @dynamic rate_log     list
--- @dynamic mailbox:<worker> list, commands for one worker
--- @dynamic load_log     list
--- @dynamic dead         zset
--- @dynamic dead_groups  hash
--- @dynamic dead_slots   hash
--- @dynamic totals       hash
--- @dynamic dependents   hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg force  int 1: although jobs are active; what they do afterwards is refused
--- @return ok | active: nothing was deleted | more: it is closed, call again
--- @include now replay answer read_queue running unlink_groups even_when_full notify open_mail
--- @include tell_parents unlink_flows forget_sessions_soon

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if running() > 0 and force ~= 1 then
  return answer(sid, number, now_ms, 'active')
end
local queue = read_queue()
even_when_full()
-- Jobs of other queues wait for some of these, and have to learn that they are gone.
local ids = {}
for _, id in ipairs(queue.dependents and call('HKEYS', prefix .. 'dependents') or {}) do
  if id ~= string.rep('~', 65) then
    ids[#ids + 1] = id
  end
end
if #ids > 0 then
  local some = {unpack(ids, 1, math.min(#ids, 1000))}
  tell_parents(queue, open_mail(now_ms, true), 'removed', some, {})
end
if #ids > 1000 or unlink_groups() then
  call('HSET', meta, 'closed', 1)
  return answer(sid, number, now_ms, 'more')
end
local watched = queue.watchers and call('HKEYS', watchers) or {}
for i = 1, #watched, 1000 do
  notify(queue, 'removed', {unpack(watched, i, math.min(i + 999, #watched))}, {}, false)
end
-- Numbers are given anew, and a letter to the old worker 1 is not for the new one.
for _, worker in ipairs(call('HKEYS', workers)) do
  call('UNLINK', prefix .. 'mailbox:' .. worker)
end
for _, name in ipairs(queue.schedules and call('HKEYS', schedules) or {}) do
  call('UNLINK', prefix .. 'schedule_history:' .. name)
end
unlink_flows(queue)
-- One step, and freed in the background: keys that live for a time only, such as logs, run out.
call('UNLINK', meta, jobs, waiting, front, gone, priority, delayed, draining, active, workers,
  worker_info, leases, lease_lengths,
  completed, failed, cancelled, kept_sizes, expiring, results, runs, history,
  progress, cancels, watchers, wake, events, starts, schedules, schedule_states, schedule_due,
  prefix .. 'unique', prefix .. 'unique_until', prefix .. 'rate_log', prefix .. 'load_log',
  prefix .. 'dead', prefix .. 'dead_groups', prefix .. 'dead_slots', prefix .. 'totals')
local told = answer(sid, number, now_ms, 'ok')
forget_sessions_soon()
return told
