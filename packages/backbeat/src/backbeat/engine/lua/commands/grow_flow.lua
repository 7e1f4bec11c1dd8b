--- grow_flow: add jobs to a flow while it runs, from a job that runs or to one that waits.
---
--- @key active zset
--- @dynamic dependents hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg id     str the job that waits for the new ones, or (`beside`) whose parents do
--- @arg ticket str of its attempt; empty: it waits for its children
--- @arg beside int 1: what waits for it waits for the new ones, too
--- @rest tail n, (ref, name, rule or '', due_ms, threshold, dependents, children, record)*; without
---   a rule only others of these jobs wait for it
--- @return ok | lost: the attempt is not valid | refused: it does not wait | unknown
--- @code BB_BAD_CALL the rows do not add up, or it is in no flow
--- @include now replay remember answer refuse read_queue sections whereis open_mail parent_of
--- @include new_parent write_parent link_child decide send work_off

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local queue, parts = read_queue(), sections(tail, 8)
local notes = call('HGET', prefix .. 'dependents', id) or ''
local home, flow, epoch = string.match(notes, 'n|([^|,]*)|([^|,]*)|(%d+)')
local place = whereis(queue, {id})[id]
if ticket ~= '' and call('ZSCORE', active, id) ~= ticket then
  return answer(sid, number, now_ms, 'lost')
end
if ticket == '' and place ~= 'waiting-children' then
  return answer(sid, number, now_ms, place and 'refused' or 'unknown')
end
if not parts or not flow then
  return refuse('BB_BAD_CALL', 'the jobs that are to be added to a flow do not add up')
end

remember(sid, number, now_ms, 'ok')
local mail = open_mail(now_ms, true)
local parent = parent_of(id) or new_parent('', '0', home .. '!' .. flow)
local above = mail.own .. '!' .. id
local wanted = 'c|' .. mail.own .. '|' .. id .. '|' .. epoch
if beside == 1 then
  wanted, above = {}, {}
  for to, waits in string.gmatch(notes, 'c|([^|,]*)|([^|,]*)|%d+') do
    wanted[#wanted + 1] = 'c|' .. to .. '|' .. waits .. '|' .. epoch
    above[#above + 1] = to .. '!' .. waits
  end
  wanted, above = table.concat(wanted, ','), table.concat(above, ',')
end
for at = parts[1].at + 1, #ARGV, 8 do
  local ref, name, rule, due, threshold, inner, kids, record = unpack(ARGV, at, at + 7)
  local target, job = string.match(ref, '^([^!]*)!(.*)$')
  local own, over, fresh = {}, inner, true
  if rule ~= '' and beside == 1 then
    for to, waits in string.gmatch(notes, 'c|([^|,]*)|([^|,]*)|%d+') do
      send(queue, mail, to, 'child', waits, ref .. '|' .. name .. '|' .. rule, '')
    end
  elseif rule ~= '' then
    fresh = link_child(parent, id, ref, name, rule)
  end
  if rule ~= '' and wanted ~= '' then
    over = above
    own[1] = wanted
  end
  for to, waits in string.gmatch(inner, '([^!,]*)!([^,]*)') do
    own[#own + 1] = 'c|' .. to .. '|' .. waits .. '|' .. epoch
  end
  own[#own + 1] = 'n|' .. home .. '|' .. flow .. '|' .. epoch
  if fresh then
    send(queue, mail, home, 'enlist', flow, ref .. '|' .. name .. '|' .. over, '')
    send(queue, mail, target, 'add', job, table.concat({due, threshold, home .. '!' .. flow,
      table.concat(own, ','), kids}, ';'), record)
  end
end
if beside == 0 then
  write_parent(queue, id, parent)
  decide(queue, mail, id, parent, nil)
end
work_off(queue, mail)
return {'ok'}
