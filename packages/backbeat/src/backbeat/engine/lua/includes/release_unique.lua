--- release_unique: let go of the unique keys of jobs that have `started`, `ended` or are `gone`.
---
--- @when queue.unique and #ids > 0
--- @key jobs    hash
--- @key delayed zset
--- @include now head_of unique_rule unique_holder hold_unique let_go_unique place emit wake_worker

-- `records` are those of the jobs, where the caller has them. Who comes after a holder is due when
-- the holder has ended. Every script has `at_ms`: whoever forgets a job need not know of time.
local function release_unique(queue, ids, what, records)
  local now_ms, over = now(at_ms), ({started = 'sd', ended = 'sdel', gone = 'sdelg'})[what]
  records = records or call('HMGET', jobs, unpack(ids))
  local free, due = {}, {}
  for i = 1, #ids do
    local _, _, _, _, _, field = head_of(records[i])
    local mode, _, key = unique_rule(field)
    local holder = mode and string.find(over, mode, 1, true) and unique_holder(now_ms, key)
    if holder and holder.id == ids[i] then
      if holder.following ~= '' and call('ZREM', delayed, holder.following) == 1 then
        due[#due + 1] = holder.following
        hold_unique(queue, key, {id = holder.following, ms = 0, mode = 'l', following = ''})
      else
        free[#free + 1] = key
      end
    end
  end
  let_go_unique(queue, free)
  if #due > 0 then
    place(queue, now_ms, due, false)
    emit(queue, 'waiting', due)
    wake_worker()
  end
end
