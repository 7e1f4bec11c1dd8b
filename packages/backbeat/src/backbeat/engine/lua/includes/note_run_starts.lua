--- note_run_starts: note when runs of schedules were first started.
---
--- @when queue.schedules
--- @dynamic starts hash id -> ms
--- @include run_of whole open_hash

local function note_run_starts(queue, now_ms, ids)
  for i = 1, #ids do
    if run_of(ids[i]) then
      open_hash(queue, prefix .. 'starts', 'starts')
      call('HSETNX', prefix .. 'starts', ids[i], whole(now_ms))
    end
  end
end
