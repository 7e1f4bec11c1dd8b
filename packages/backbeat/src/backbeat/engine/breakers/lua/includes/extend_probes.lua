--- extend_probes: wait for longer for the probes that still run.
---
--- @key probes zset token -> ms until which its outcome is waited for
--- @include whole

local function extend_probes(running, ends)
  for i = 1, running.count do
    call('ZADD', probes, 'XX', whole(ends), ARGV[running.at + i])
  end
end
