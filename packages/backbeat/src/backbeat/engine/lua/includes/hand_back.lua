--- hand_back: take up to 200 jobs from a worker that is gone; `crashed` counts against them.
---
--- @key active zset
--- @key runs   hash
--- @key meta   hash
--- @field max_stalled crashes that a job survives
--- @include ticket_range blame run_after_loss note_run append_history whole settle put_back emit
--- @include give_slots_back update_groups wake_for_work

-- Answers how many went back, how many failed, and whether the worker may have more.
local function hand_back(queue, now_ms, worker, crashed)
  local first, last = ticket_range(worker)
  local ids = call('ZRANGE', active, first, last, 'BYSCORE', 'LIMIT', 0, 200)
  if #ids == 0 then
    return 0, 0, false
  end
  call('ZREM', active, unpack(ids))
  give_slots_back(queue, ids)
  local ran = queue.runs and call('HMGET', runs, unpack(ids)) or {}
  local cap = tonumber(queue.max_stalled) or 3
  local blamed = crashed and blame(ran, #ids, cap) or {}
  local back, dues, dead, told = {}, {}, {}, {}
  for i, id in ipairs(ids) do
    local run, starts, crashes = run_after_loss(ran[i], blamed[i])
    note_run(queue, id, run)
    if crashed then
      append_history(queue, id, '{"attempt":' .. starts .. ',"worker":"' .. worker .. '","ended":'
        .. whole(now_ms) .. ',"outcome":"stalled"}\n')
    end
    if blamed[i] and crashes > cap then
      dead[#dead + 1] = id
      told[2 * #dead - 1] = id
      told[2 * #dead] = '{"error":"Stalled","message":"its worker vanished ' .. crashes
        .. ' times","reason":"stalled"}'
    else
      back[#back + 1] = id
      dues[#back] = 0
    end
  end
  if crashed then
    call('HINCRBY', meta, 'total_stalled', #ids)
    emit(queue, 'stalled', ids)
  end
  settle(queue, now_ms, 'failed', dead, told)
  put_back(queue, now_ms, back, dues)
  update_groups(queue)
  wake_for_work(queue)
  return #back, #dead, #ids == 200
end
