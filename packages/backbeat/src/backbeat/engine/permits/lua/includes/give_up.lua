--- give_up: note that a hold is over for good, should bytes in a dead connection still ask for it.
---
--- @key meta hash
--- @dynamic gone:<token> string, ten minutes
--- @include whole

-- Only who has sent a call twice pays for this: no other call can arrive late.
local function give_up(now_ms, token)
  call('SET', prefix .. 'gone:' .. token, 1, 'PX', 600000)
  call('HSET', meta, 'gone_until', whole(now_ms + 600000))
  call('PEXPIRE', meta, 660000)
end
