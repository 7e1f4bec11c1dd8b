--- join: put a waiter into the line, or a job to the parked ones; answers when it looks again.
---
--- @key meta   hash
--- @key line   zset waiter -> ms since when it waits
--- @key waits  zset waiter -> ms by which it has asked again, or is gone
--- @key needs  hash waiter -> units
--- @key parked zset queue|id of a job -> ms since when it waits
--- @key told   zset waiter -> ms until which its turn lasts
--- @dynamic wake:<waiter> list, a token for one that blocks
--- @field lined somebody may wait
--- @include whole

-- Nobody is told about a waiter that died. It is out when it has not looked again; and everybody
-- looks after half of its own time, and after 15 s, so that nothing is waited for without end.
local function join(permit, now_ms, waiter, since, again, ttl_ms, parking, need)
  if parking then
    call('ZADD', parked, whole(since), waiter)
    call('PEXPIRE', parked, whole(again - now_ms + 3600000))
  else
    call('ZREM', told, waiter)
    -- What was said before it asked this time is known.
    call('DEL', prefix .. 'wake:' .. waiter)
    again = math.min(again, now_ms + math.min(15000, math.ceil(ttl_ms / 2)))
    call('ZADD', line, whole(since), waiter)
    call('ZADD', waits, whole(again + math.min(2000, ttl_ms)), waiter)
    if need then
      call('HSET', needs, waiter, need)
      call('PEXPIRE', needs, 3600000)
    end
    call('PEXPIRE', line, 3600000)
    call('PEXPIRE', waits, 3600000)
  end
  if not permit.lined then
    permit.lined = '1'
    call('HSET', meta, 'lined', 1)
    call('PEXPIRE', meta, whole(again - now_ms + 3600000))
  end
  return again
end
