--- bury: make the entries of these ids in a list dead.
---
--- @key meta hash
--- @key gone hash id -> dead entries still in a list
--- @include open_hash

-- Taking an id out of the middle of a long list costs milliseconds. Counted, the dead entry is
-- known when it is popped, even if the id was added anew in the meantime: the older comes first.
local function bury(queue, ids)
  if #ids == 0 then
    return
  end
  open_hash(queue, gone, 'gone')
  for i = 1, #ids do
    call('HINCRBY', gone, ids[i], 1)
  end
  call('HINCRBY', meta, 'tomb', #ids)
end
