--- write_log: add lines to a job's log, which keeps the last 1,000 for a week.
---
--- @dynamic log:<id> list, lines of one job
--- @include hint

local function write_log(queue, id, first, last)
  if last < first then
    return
  end
  local log = prefix .. 'log:' .. id
  hint(queue, 'logs')
  for some = first, last, 1000 do
    call('RPUSH', log, unpack(ARGV, some, math.min(some + 999, last)))
  end
  call('LTRIM', log, -1000, -1)
  call('PEXPIRE', log, 604800000)
end
