--- tick: end what a worker has finished and claim what it may run next, in one step.
---
--- @key workers hash number -> tick|session|fence|lost ids
--- @key wake    list
--- @arg at_ms  int the time, 0 for the server's
--- @arg worker int the number of the worker
--- @arg sid    str its session
--- @arg number int the number of this tick
--- @arg want   int how many jobs it can take
--- @arg budget str units:most, what they may cost together, and one counts with at most; '' any
--- @rest tail n, (id, ticket)* done; n, (id, ticket, result)* done with a result;
---   n, (id, ticket, due_ms, run, history)* returned, due 0: at once, at the head,
---   due -1: when its children have ended;
---   n, (id, ticket, failed|cancelled, result, history, run)* ended;
---   n, (id, flags)* rules of keeping;
---   n, (id)* those of all these that are not known to be plain: their records may have a head
--- @return ticket, fence, wake_ms, now_ms, lost "id,id", (id, record, run)*; and '', cost, '' of a
---   job that is too much for the budget; a '-' before wake_ms: schedules are due, and this worker
---   is to fire them; and 1 if there are messages to other queues to be brought
--- @code BB_LOST       the worker is not registered, its number is another's, or it has used up
---   its tickets
--- @code BB_STALE_CALL it has made a later tick already; nothing is done
--- @code BB_BAD_CALL   the tail does not add up
--- @include now whole refuse registered read_queue same_again sections outcomes_make_sense
--- @include even_when_full rules_of complete_done end_given_up return_unfinished promote_due
--- @include slide_rate update_groups claimable claim deliver next_fence emit wake_for_work
--- @include keep_time

local now_ms, now_us = now(at_ms)
local last, unknown = registered(worker, sid)
if unknown then
  return unknown
end
if number > 4294967295 then
  return refuse('BB_LOST', 'the worker has used up its tickets: it registers anew')
end
if number < last.tick then
  return refuse('BB_STALE_CALL', 'a later tick of this worker was made already')
end
local queue = read_queue()
local ticket = whole(worker * 4294967296 + number)
if number == last.tick then
  return same_again(queue, now_ms, worker, ticket, last)
end
local parts = sections(tail, 2, 3, 5, 6, 2, 1)
if not parts or not outcomes_make_sense(parts[3], parts[4]) then
  return refuse('BB_BAD_CALL', 'the parts of a tick do not add up')
end

even_when_full()
local lost, rules, heads = {}, rules_of(parts[5]), parts[6]
complete_done(queue, now_ms, parts[1], parts[2], heads, rules, lost)
local sooner = return_unfinished(queue, now_ms, parts[3], heads, lost)
end_given_up(queue, now_ms, parts[4], heads, rules, lost)

local fires = promote_due(queue, now_ms)
slide_rate(queue, now_ms)
update_groups(queue, true)
local ids, unseen = claim(queue, now_ms, claimable(queue, want))
local reply = {ticket, '0', '0', whole(now_ms), table.concat(lost, ',')}
local delivered, dear = {}, nil
if #ids > 0 then
  delivered, dear = deliver(queue, now_ms, ticket, ids, reply, budget)
  reply[2] = next_fence(queue, now_us)
  emit(queue, 'active', delivered)
end
update_groups(queue)

-- A token that promised work to someone is spent where there is none.
if want > 0 and #delivered == 0 and not (unseen or dear) then
  call('DEL', wake)
else
  wake_for_work(queue)
end
sooner = sooner or queue.tally and queue.tally.sooner
reply[3] = (fires and '-' or '') .. keep_time(queue, now_ms, worker, #delivered < want, sooner)
call('HSET', workers, worker, whole(number) .. '|' .. sid .. '|' .. reply[2] .. '|' .. reply[5])
if queue.outboxes then
  reply[#reply + 1] = 1
end
return reply
