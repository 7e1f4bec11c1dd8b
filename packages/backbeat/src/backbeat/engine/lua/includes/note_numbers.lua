--- note_numbers: put a row of numbers into the tables of this minute and hour, and the totals.
---
--- @dynamic minutes:<hour> hash, minute|handler -> numbers by ','; * is the queue, = its state
--- @dynamic hours:<day>    hash, hour|handler -> the same
--- @dynamic totals         hash, |handler -> the same, ever
--- @include listed_handler merge_numbers

-- What counts is added up. Of the state of a queue the largest is kept, and no total.
local function note_numbers(now_ms, handler, numbers)
  local minute = math.floor(now_ms / 60000)
  local hour = math.floor(minute / 60)
  local function put(key, index, lifetime)
    local field = index .. '|' .. listed_handler(key, handler)
    call('HSET', key, field, merge_numbers(call('HGET', key, field), numbers, handler == '='))
    if lifetime then
      call('PEXPIRE', key, lifetime)
    end
  end
  -- A table ends some time after its last entry is as old as anybody reads.
  put(prefix .. 'minutes:' .. hour, minute % 60, 90000000)
  put(prefix .. 'hours:' .. math.floor(hour / 24), hour % 24, 2764800000)
  if handler ~= '=' then
    put(prefix .. 'totals', '')
  end
end
