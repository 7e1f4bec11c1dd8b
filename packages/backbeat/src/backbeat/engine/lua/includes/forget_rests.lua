--- forget_rests: let groups that rest until a moment of the old time look at their rate anew.
---
--- @dynamic group_wakes zset group -> ms
--- @dynamic group_starts:<name> string, ms:count,ms:count...
--- @include whole bring_nearer wake_worker

-- Their starts are moved to now: those whose rate has no room yet go to rest again, until a moment
-- of the new time.
local function forget_rests(queue, now_ms)
  local wakes = prefix .. 'group_wakes'
  local names = call('ZRANGE', wakes, '(' .. whole(now_ms), '+inf', 'BYSCORE', 'LIMIT', 0, 500)
  for _, name in ipairs(names) do
    local key = prefix .. 'group_starts:' .. name
    local moved = {}
    for at, count in string.gmatch(call('GET', key) or '', '(%d+):(%d+)') do
      moved[#moved + 1] = whole(math.min(tonumber(at), now_ms)) .. ':' .. count
    end
    if #moved > 0 then
      call('SET', key, table.concat(moved, ','), 'KEEPTTL')
    end
    call('ZADD', wakes, whole(now_ms), name)
  end
  if #names > 0 then
    bring_nearer(queue, now_ms)
    wake_worker()
  end
end
