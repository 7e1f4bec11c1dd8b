--- end_probes: count the probes that have ended; whether one of them failed.
---
--- @key meta   hash
--- @key probes zset token -> ms until which its outcome is waited for
--- @field good probes that ended well
--- @include whole

-- One that is not in `probes` any more was given up: another was let through in its place. One that
-- says nothing makes room for another.
local function end_probes(breaker, ended)
  local failed, good = false, 0
  for i = 1, ended.count do
    local row = ended.at + 2 * i
    if call('ZREM', probes, ARGV[row - 1]) == 1 then
      failed = failed or ARGV[row] == 'failed'
      good = good + (ARGV[row] == 'well' and 1 or 0)
    end
  end
  if good > 0 then
    breaker.good = whole((tonumber(breaker.good) or 0) + good)
    call('HSET', meta, 'good', breaker.good)
  end
  return failed
end
