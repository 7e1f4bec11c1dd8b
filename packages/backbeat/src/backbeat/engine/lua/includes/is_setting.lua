--- is_setting: whether the queue has a setting of that name, and it can have that value.

local function is_setting(name, value)
  if name == 'events' then
    return value == 'none' or value == 'all' or value == ''
  end
  local known = name == 'paused' or name == 'closed'
    or name == 'max_running' or name == 'max_jobs' or name == 'max_stalled'
    or name == 'keep_completed' or name == 'keep_failed' or name == 'keep_cancelled'
    or name == 'keep_completed_ms' or name == 'keep_failed_ms' or name == 'keep_cancelled_ms'
    or name == 'ageing'
    or name == 'keep_bytes' or name == 'rate' or name == 'rate_ms' or name == 'rate_burst'
  return known and (value == '' or string.find(value or 'x', '^-?%d+$') ~= nil)
end
