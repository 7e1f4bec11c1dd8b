--- claim_list: pop ids from the right end of a list, without its dead entries.
---
--- @key meta hash
--- @include only_live

-- `pos` counts what was ever popped: with it a place in the list has a number that stays the same.
local function claim_list(queue, key, got, want)
  local popped, n = 0, #got
  while n < want do
    local ids = call('RPOP', key, want - n)
    if not ids then
      break
    end
    popped = popped + #ids
    ids = only_live(queue, ids)
    for i = 1, #ids do
      got[n + i] = ids[i]
    end
    n = n + #ids
  end
  if popped > 0 then
    call('HINCRBY', meta, 'pos', popped)
  end
end
