--- evict_old: evict kept jobs of a state that are older than the queue keeps them, at most `most`.
---
--- @include age_of oldest unlist evict whole

local function evict_old(queue, now_ms, state, most)
  local age = age_of(queue, state)
  if age < 0 or most <= 0 then
    return 0
  end
  local ids = oldest(queue, state, whole(now_ms - age), most)
  if #ids > 0 then
    unlist(queue, state, ids)
    evict(queue, ids)
  end
  return #ids
end
