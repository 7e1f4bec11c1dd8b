--- mend_families: put right what is wrong with the ties between these jobs and their children.
---
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @key results   hash
--- @dynamic parents          hash id -> what is known of a job that has children
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @dynamic children:<id>      hash
--- @dynamic child_results:<id> hash
--- @dynamic undo:<id>          list
--- @dynamic undo_jobs:<id>     hash
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @rest tail ids, at most 10
--- @return (id, what was wrong)*
--- @code BB_BAD_CALL too many ids
--- @include now replay answer refuse unique_ids read_queue even_when_full family_fault open_mail
--- @include tell_parents write_parent new_parent decide release_parent work_off mend_each
--- @include drop_from

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
local ids = unique_ids(tail)
if not ids or #ids > 10 then
  return refuse('BB_BAD_CALL', 'takes at most 10 ids')
end
local queue = read_queue()
even_when_full()
local mail = open_mail(now_ms, false)
local function state_of(id)
  return call('ZSCORE', completed, id) and 'completed' or call('ZSCORE', failed, id) and 'failed'
    or call('ZSCORE', cancelled, id) and 'cancelled' or 'removed'
end
local function mend(id)
  local fault, parent = family_fault(id)
  if fault == 'untold end' then
    tell_parents(queue, mail, state_of(id), {id}, {id, call('HGET', results, id) or ''})
  elseif fault == 'no parent' then
    drop_from(queue, prefix .. 'parents', 'parents', {id})
    call('UNLINK', prefix .. 'children:' .. id, prefix .. 'child_results:' .. id,
      prefix .. 'undo:' .. id, prefix .. 'undo_jobs:' .. id)
  elseif fault == 'children' then
    write_parent(queue, id, parent)
  elseif fault == 'undecided' then
    decide(queue, mail, id, parent)
  elseif fault then
    call('ZREM', prefix .. 'waiting_children', id)
    release_parent(queue, mail, id, new_parent('', '0', ''))
  end
  return fault
end
local done = mend_each(ids, mend)
work_off(queue, mail)
return answer(sid, number, now_ms, unpack(done))
