--- counts: how many jobs are in each state, and how many ended ever.
---
--- @key meta      hash
--- @key waiting   list
--- @key front     list
--- @key priority  zset
--- @key delayed   zset
--- @key draining  zset
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @arg at_ms int the time, 0 for the server's
--- @return waiting, delayed, active, completed, failed, cancelled, paused 0/1,
---   completed ever, failed ever, cancelled ever, now_ms, waiting for children,
---   attempts lost with their worker ever, workers whose lease ran out ever,
---   bytes that ended jobs hold, 0 where these are not bounded
--- @include now whole running

local now_ms = now(at_ms)
local names = {'tomb', 'paused', 'total_completed', 'total_failed', 'total_cancelled',
  'grouped', 'total_stalled', 'total_reclaimed', 'kept_bytes'}
local noted = call('HMGET', meta, unpack(names))
local listed = call('LLEN', waiting) + call('LLEN', front) - (tonumber(noted[1]) or 0)
return {
  listed + call('ZCARD', priority) + (tonumber(noted[6]) or 0),
  call('ZCARD', delayed) + call('ZCARD', draining),
  running(),
  call('ZCARD', completed),
  call('ZCARD', failed),
  call('ZCARD', cancelled),
  noted[2] and 1 or 0,
  noted[3] or '0',
  noted[4] or '0',
  noted[5] or '0',
  whole(now_ms),
  call('ZCARD', prefix .. 'waiting_children'),
  noted[7] or '0',
  noted[8] or '0',
  noted[9] or '0',
}
