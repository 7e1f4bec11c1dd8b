--- note_run: write down how often a job was started, failed, crashed and snoozed.
---
--- @key runs hash id -> starts:fails:crashes:snoozes:reason:ready ms:unhandled
--- @include open_hash

local function note_run(queue, id, run)
  if run ~= '' then
    open_hash(queue, runs, 'runs')
    call('HSET', runs, id, run)
  end
end
