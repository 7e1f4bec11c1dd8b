--- evict: forget ended jobs that left their zset, with their results.
---
--- @include forget unkeep

local function evict(queue, ids)
  if #ids > 0 then
    forget(queue, ids, true)
    unkeep(queue, ids)
  end
end
