--- add_node: add a job of a flow: it waits for its children, or runs as soon as it may.
---
--- @key jobs hash
--- @dynamic dependents       hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @dynamic withdrawn        hash id -> reason, jobs that were cancelled before they came
--- @include whole whereis tell_late hint open_hash watch_for_reply emit write_parent new_parent
--- @include greet_children decide release_parent end_jobs tell_parents create_queue

-- `args` is due ms;rule;flow;dependents;children, a child being ref|name|rule, by ','.
local function add_node(queue, mail, id, args, data)
  local due, rule, flow, notes, kids = string.match(args,
    '^([^;]*);([^;]*);([^;]*);([^;]*);(.*)$')
  if call('HEXISTS', jobs, id) == 1 then
    tell_late(queue, mail, id, whereis(queue, {id})[id], notes)
    return
  end
  create_queue(queue, mail.now_ms)
  hint(queue, 'flows')
  open_hash(queue, prefix .. 'dependents', 'dependents')
  call('HSET', jobs, id, data)
  call('HSET', prefix .. 'dependents', id, notes)
  watch_for_reply(queue, {id, data})
  emit(queue, 'added', {id})
  local parent = new_parent(rule, due, flow)
  local withdrawn = call('HGET', prefix .. 'withdrawn', id)
  if withdrawn then
    call('HDEL', prefix .. 'withdrawn', id)
    tell_parents(queue, mail, 'cancelled', {id}, {id, withdrawn})
    end_jobs(queue, mail.now_ms, 'cancelled', {id}, {id, withdrawn})
  elseif kids == '' then
    release_parent(queue, mail, id, parent)
  else
    local bad = greet_children(parent, id, kids)
    write_parent(queue, id, parent)
    call('ZADD', prefix .. 'waiting_children', whole(mail.now_ms), id)
    decide(queue, mail, id, parent, bad)
  end
end
