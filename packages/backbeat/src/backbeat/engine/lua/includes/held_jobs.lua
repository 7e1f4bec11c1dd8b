--- held_jobs: how many jobs have a place, by the lengths of all places.
---
--- @key meta      hash
--- @key waiting   list
--- @key front     list
--- @key active    zset
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @key delayed   zset
--- @key draining  zset
--- @key priority  zset
--- @dynamic waiting_children zset id -> ms, since when it waits

local function held_jobs()
  local long = call('ZSCORE', active, string.rep('~', 65)) and 1 or 0
  local sum = call('LLEN', waiting) + call('LLEN', front) + call('ZCARD', active)
    + call('ZCARD', prefix .. 'waiting_children') - long
  for _, key in ipairs({completed, failed, cancelled, delayed, draining, priority}) do
    sum = sum + call('ZCARD', key)
  end
  local noted = call('HMGET', meta, 'tomb', 'grouped')
  return sum - (tonumber(noted[1]) or 0) + (tonumber(noted[2]) or 0)
end
