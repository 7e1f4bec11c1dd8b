--- wish_cancel: ask the worker of an active job to end it.
---
--- @key active  zset
--- @key cancels hash id -> reason
--- @dynamic mailbox:<worker> list, commands for one worker
--- @include open_hash

-- The letter is faster, the flag is sure: it is told again at every renewal.
local function wish_cancel(queue, id, reason)
  open_hash(queue, cancels, 'cancels')
  call('HSET', cancels, id, reason)
  local ticket = call('ZSCORE', active, id)
  local worker = math.floor(tonumber(ticket) / 4294967296)
  local mailbox = prefix .. 'mailbox:' .. worker
  call('RPUSH', mailbox, 'cancel|' .. id .. '|' .. ticket .. '|' .. reason)
  call('PEXPIRE', mailbox, 3600000)
end
