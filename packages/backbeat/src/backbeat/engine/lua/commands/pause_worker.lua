--- pause_worker: have one worker claim no more jobs of this queue, or claim again.
---
--- @key workers hash
--- @dynamic mailbox:<worker> list, commands for one worker
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg worker int the number of the worker
--- @arg paused int 1: claim nothing, 0: claim again
--- @return ok | unknown: no such worker is registered
--- @include now replay answer even_when_full

local now_ms = now(at_ms)
local before = replay(sid, number)
if before then
  return before
end
if call('HEXISTS', workers, worker) == 0 then
  return answer(sid, number, now_ms, 'unknown')
end
even_when_full()
local mailbox = prefix .. 'mailbox:' .. worker
call('RPUSH', mailbox, paused == 1 and 'pause|' or 'resume|')
call('PEXPIRE', mailbox, 3600000)
return answer(sid, number, now_ms, 'ok')
