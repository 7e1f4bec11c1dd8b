--- claim: begin a request that may be sent again, or learn what became of it before.
---
--- @key reply hash
--- @arg at_ms       int the time, 0 for the server's
--- @arg token       str who begins it
--- @arg fingerprint str digest of all that the request says
--- @arg ms          int how long it is held for who begins it
--- @return fingerprint, token and answer that are kept; '' while there is no answer
--- @include even_when_full

local kept = call('HMGET', reply, 'fingerprint', 'token', 'answer')
if kept[1] then
  return {kept[1], kept[2], kept[3] or ''}
end
even_when_full()
call('HSET', reply, 'fingerprint', fingerprint, 'token', token)
call('PEXPIRE', reply, ms)
return {fingerprint, token, ''}
