--- mend_job: put right what `faults_of` found about one job.
---
--- @key active  zset
--- @key results hash
--- @key failed  zset
--- @key leases  zset
--- @dynamic group_names zset, every group, by name
--- @include mend_place mend_leftover unbury whole note_dead forget_dead

local function mend_job(queue, now_ms, job, words)
  local ids, id = {job.id}, job.id
  if words == 'no lease' then
    -- One that is over: the next reclaim takes its jobs back, as from any worker that vanished.
    local ticket = tonumber(call('ZSCORE', active, id))
    call('ZADD', leases, whole(now_ms), whole(math.floor(ticket / 4294967296)))
  elseif words == 'no entry' then
    unbury(queue, id, job.missing)
  elseif words == 'no group' then
    -- Known from here on; its numbers are put right with those of all groups.
    call('ZADD', prefix .. 'group_names', 0, job.group)
  elseif words == 'leftover' then
    mend_leftover(queue, job)
  elseif words == 'dead index' then
    forget_dead(queue, ids)
    local at = call('ZSCORE', failed, id)
    if at then
      note_dead(queue, tonumber(at), ids, {id, call('HGET', results, id) or ''})
    end
  else
    mend_place(queue, now_ms, job, words)
  end
end
