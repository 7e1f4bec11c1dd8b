--- tell_of_lease: let the others know of a lease that is over before any of theirs.
---
--- @key leases zset number -> deadline ms
--- @dynamic mailbox:<worker> list, commands for one worker

-- Each keeper knows when the next lease is over as of its last renewal, and looks then: only one
-- that is over sooner would be seen late. Where all leases are of one length, none ever is. The
-- hundred that have renewed last are told, since they live.
local function tell_of_lease(deadline_ms)
  local first = call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
  if not first or tonumber(first) <= deadline_ms then
    return
  end
  for _, number in ipairs(call('ZRANGE', leases, 0, 99, 'REV')) do
    local mailbox = prefix .. 'mailbox:' .. number
    call('RPUSH', mailbox, 'lease|')
    call('PEXPIRE', mailbox, 3600000)
  end
end
