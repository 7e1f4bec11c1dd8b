--- mark_drain: note what is in the queue now, as what a drain is to remove.
---
--- @key meta     hash
--- @key waiting  list
--- @key front    list
--- @field pos list entries ever popped
--- @field clk the last sequence number given
--- @field drain_to      position up to which a drain removes
--- @field drain_front   entries at the left of `front` that a drain removes
--- @field drain_clk     sequence number at which a drain began
--- @field drain_delayed a drain has yet to take over `delayed`
--- @field drain_group   where to go on in the names of groups
--- @include whole hint clear_field

local function mark_drain(queue, include_delayed)
  queue.drain_front = call('LLEN', front)
  local entries = call('LLEN', waiting) + queue.drain_front
  queue.drain_to = whole((tonumber(queue.pos) or 0) + entries)
  queue.drain_clk = queue.clk or '0'
  queue.drain_delayed = include_delayed and '1' or '0'
  call('HSET', meta, 'drain_to', queue.drain_to, 'drain_front', queue.drain_front,
    'drain_clk', queue.drain_clk, 'drain_delayed', queue.drain_delayed)
  hint(queue, 'drain')
  if queue.groups then
    queue.drain_group = '-'
    call('HSET', meta, 'drain_group', queue.drain_group)
  else
    clear_field(queue, 'drain_group')
  end
end
