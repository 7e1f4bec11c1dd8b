--- drain_list: forget listed jobs that were there when a drain began.
---
--- @key meta    hash
--- @key front   list
--- @key waiting list
--- @field pos         list entries ever popped
--- @field drain_to    position up to which a drain removes
--- @field drain_front entries at the left of `front` that a drain removes
--- @include only_live remove_now

-- Those in `front` are left of what came back since, those in `waiting` behind it. Answers how many
-- entries were popped, and how many of them were live.
local function drain_list(queue, now_ms, budget)
  local ahead = call('LLEN', front)
  local old = math.min(tonumber(queue.drain_front) or 0, ahead)
  local left = tonumber(queue.drain_to) - (tonumber(queue.pos) or 0) - ahead
  local popped, removed = 0, 0
  local function remove(ids)
    if ids then
      popped = popped + #ids
      local live = only_live(queue, ids)
      removed = removed + #live
      remove_now(queue, now_ms, live)
    end
  end
  remove(old > 0 and call('LPOP', front, math.min(old, budget)))
  if popped > 0 then
    call('HSET', meta, 'drain_front', old - popped)
  end
  left = math.min(left, budget - popped)
  remove(left > 0 and call('RPOP', waiting, left))
  if popped > 0 then
    call('HINCRBY', meta, 'pos', popped)
  end
  return popped, removed
end
