--- run_after_loss: a run record after one more start whose worker is gone, and its counts.

local function run_after_loss(run, crashed)
  local starts, fails, crashes, snoozes, ready = string.match(run or '',
    '^(%d+):(%d+):(%d+):(%d+):?%a*:?(%d*)')
  starts = (tonumber(starts) or 0) + 1
  crashes = (tonumber(crashes) or 0) + (crashed and 1 or 0)
  local record = table.concat({starts, fails or 0, crashes, snoozes or 0, 'turn'}, ':')
  return (ready or '') == '' and record or record .. ':' .. ready, starts, crashes
end
