--- promote_due: move jobs that have fallen due to waiting, at most 500 a call, and wake groups.
---
--- @key meta    hash
--- @key delayed zset
--- @field next earliest due ms
--- @include whole place emit clear_field wake_groups

local function promote_due(queue, now_ms)
  if not queue.next or tonumber(queue.next) > now_ms then
    return
  end
  local ids = call('ZRANGE', delayed, '-inf', whole(now_ms), 'BYSCORE', 'LIMIT', 0, 500)
  if #ids > 0 then
    call('ZREM', delayed, unpack(ids))
    place(queue, now_ms, ids, false)
    emit(queue, 'waiting', ids)
  end
  local earliest = call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2]
  local wake = queue.groups and wake_groups(queue, now_ms)
  if wake and tonumber(wake) < tonumber(earliest or math.huge) then
    earliest = wake
  end
  if earliest then
    queue.next = earliest
    call('HSET', meta, 'next', earliest)
  else
    clear_field(queue, 'next')
  end
end
