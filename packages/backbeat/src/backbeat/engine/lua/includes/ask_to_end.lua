--- ask_to_end: let the worker of an active job know that somebody wants it to end.
---
--- @key active  zset
--- @key cancels hash id -> reason
--- @dynamic mailbox:<worker> list, commands for one worker
--- @include open_hash

local function ask_to_end(queue, id, reason)
  open_hash(queue, cancels, 'cancels')
  call('HSET', cancels, id, reason)
  -- The letter is faster, the flag is sure: it is told again at every renewal.
  local ticket = call('ZSCORE', active, id)
  local worker = math.floor(tonumber(ticket) / 4294967296)
  local mailbox = prefix .. 'mailbox:' .. worker
  call('RPUSH', mailbox, 'cancel|' .. id .. '|' .. ticket .. '|' .. reason)
  call('PEXPIRE', mailbox, 3600000)
end
