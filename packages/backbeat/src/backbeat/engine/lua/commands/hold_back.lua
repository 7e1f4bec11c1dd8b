--- hold_back: note until when a shared limit holds the queue back, for whoever asks why.
---
--- @key meta hash
--- @arg at_ms    int the time, 0 for the server's
--- @arg until_ms int until when
--- @return 1
--- @include whole

call('HSET', meta, 'held_until', whole(until_ms))
return 1
