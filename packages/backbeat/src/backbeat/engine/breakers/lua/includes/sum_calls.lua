--- sum_calls: how many calls ended well and failed in the window; forgets older ones.
---
--- @key counts hash ms of a tenth of a window -> well:failed

local function sum_calls(now_ms, window_ms)
  local well, bad = 0, 0
  local all = call('HGETALL', counts)
  for i = 1, #all, 2 do
    if tonumber(all[i]) > now_ms - window_ms then
      local good, failed = string.match(all[i + 1], '^(%d+):(%d+)$')
      well, bad = well + tonumber(good), bad + tonumber(failed)
    end
  end
  return well, bad
end
