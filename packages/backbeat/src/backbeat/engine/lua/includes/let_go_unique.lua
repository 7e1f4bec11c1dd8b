--- let_go_unique: free unique keys, and the hint with the last one.
---
--- @dynamic unique hash, key -> id|ms|mode|next id
--- @include drop_from

local function let_go_unique(queue, keys)
  drop_from(queue, prefix .. 'unique', 'unique', keys)
end
