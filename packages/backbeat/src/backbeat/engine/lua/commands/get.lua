--- get: everything that is known about one job.
---
--- @key jobs     hash
--- @key results  hash
--- @key runs     hash
--- @key history  hash
--- @key progress hash
--- @key cancels  hash
--- @arg at_ms int the time, 0 for the server's
--- @arg id    str the job
--- @return state or '', reason, ticket or score, record, result, run, history, progress,
---   reason of a requested cancel; '' where there is nothing
--- @include read_queue whereis state_at score_at reason_of

local queue = read_queue()
local place = whereis(queue, {id})[id]
if not place then
  return {'', '', '', '', '', '', '', '', ''}
end
local run, score = call('HGET', runs, id) or '', score_at(place, id)
return {
  state_at(place),
  reason_of(queue, place, run, score),
  score,
  call('HGET', jobs, id) or '',
  call('HGET', results, id) or '',
  run,
  call('HGET', history, id) or '',
  call('HGET', progress, id) or '',
  call('HGET', cancels, id) or '',
}
