--- outlive: let the keys of a name stay for a while longer than its last hold.
---
--- @key held   zset token -> end ms
--- @key shares hash
--- @key meta   hash
--- @field lined somebody may wait
--- @include whole

-- Names come and go by the million; nothing of one stays for ever. The fence in `meta` is kept for
-- ten minutes in case that the clock is set back.
local function outlive(permit, now_ms)
  local last = call('ZRANGE', held, -1, -1, 'WITHSCORES')[2]
  local longer = permit.lined and 3600000 or 600000
  local stay = whole(math.max((tonumber(last) or 0) - now_ms, 0) + longer)
  call('PEXPIRE', held, stay)
  call('PEXPIRE', shares, stay)
  call('PEXPIRE', meta, whole(math.max(call('PTTL', meta), tonumber(stay))))
end
