--- hold_unique: let a job hold a unique key.
---
--- @dynamic unique       hash, key -> id|ms|mode|next id
--- @dynamic unique_until zset, key -> ms, keys that are held for a time
--- @include whole hint

-- The long field keeps it a real table, as in create_queue.
local function hold_unique(queue, key, holder)
  local names = prefix .. 'unique'
  if not queue.unique then
    call('HSET', names, string.rep('~', 65), '')
    hint(queue, 'unique')
  end
  call('HSET', names, key,
    holder.id .. '|' .. whole(holder.ms) .. '|' .. holder.mode .. '|' .. holder.following)
  if holder.mode == 'g' then
    hint(queue, 'lasting')
  elseif holder.mode == 't' then
    call('ZADD', prefix .. 'unique_until', whole(holder.ms), key)
  end
end
