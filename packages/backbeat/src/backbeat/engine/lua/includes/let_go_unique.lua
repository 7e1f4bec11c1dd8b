--- let_go_unique: free unique keys, and the hints with the last one.
---
--- @dynamic unique hash, key -> id|ms|mode|next id
--- @include drop_from unhint

local function let_go_unique(queue, keys)
  drop_from(queue, prefix .. 'unique', 'unique', keys)
  if queue.lasting and not queue.unique then
    unhint(queue, 'lasting')
  end
end
