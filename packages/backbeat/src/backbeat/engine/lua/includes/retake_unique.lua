--- retake_unique: let jobs that run again hold their unique keys, where those are free.
---
--- @key jobs hash
--- @include head_of unique_rule unique_holder hold_unique

-- A period counts from the add: it is not begun again.
local function retake_unique(queue, now_ms, ids)
  if not queue.special then
    return
  end
  local records = call('HMGET', jobs, unpack(ids))
  for i = 1, #ids do
    local _, _, _, _, _, field = head_of(records[i])
    local mode, _, key = unique_rule(field)
    if mode and mode ~= 't' and not unique_holder(now_ms, key) then
      hold_unique(queue, key, {id = ids[i], ms = now_ms, mode = mode, following = ''})
    end
  end
end
