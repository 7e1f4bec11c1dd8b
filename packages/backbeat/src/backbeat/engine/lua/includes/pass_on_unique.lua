--- pass_on_unique: free unique keys, or give them to the jobs that come after their holders.
---
--- @key delayed zset
--- @include hold_unique let_go_unique place emit wake_worker

-- `over` is key, id of who comes next or '', and so on. Who comes after a holder is due now.
local function pass_on_unique(queue, now_ms, over)
  local free, due = {}, {}
  for i = 1, #over, 2 do
    local key, following = over[i], over[i + 1]
    if following ~= '' and call('ZREM', delayed, following) == 1 then
      due[#due + 1] = following
      hold_unique(queue, key, {id = following, ms = 0, mode = 'l', following = ''})
    else
      free[#free + 1] = key
    end
  end
  let_go_unique(queue, free)
  if #due > 0 then
    place(queue, now_ms, due, false)
    emit(queue, 'waiting', due)
    wake_worker()
  end
end
