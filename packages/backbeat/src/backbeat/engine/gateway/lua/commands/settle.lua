--- settle: keep the answer to a request that was begun, or forget that it was.
---
--- @key reply hash
--- @arg at_ms int the time, 0 for the server's
--- @arg token str who has begun it
--- @arg ms    int how long the answer is kept
--- @arg said  str the answer; '' forgets the request
--- @return 1 where it was this one's to settle, else 0
--- @include even_when_full

if call('HGET', reply, 'token') ~= token then
  return 0
end
even_when_full()
if said == '' then
  call('DEL', reply)
else
  call('HSET', reply, 'answer', said)
  call('PEXPIRE', reply, ms)
end
return 1
