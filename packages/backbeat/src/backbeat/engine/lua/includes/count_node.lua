--- count_node: count a job of a flow from one state to another; empty for none.
---
--- @dynamic flow:<id> hash ref -> position|name|state|epoch|parents, and counters
--- @include whole

-- The record of a flow stays for a week after the end of its last job.
local function count_node(mail, id, was, state)
  local flow = prefix .. 'flow:' .. id
  if was ~= '' then
    call('HINCRBY', flow, was, -1)
  end
  call('HINCRBY', flow, state, 1)
  if was == 'open' and call('HGET', flow, 'open') == '0' then
    call('HSET', flow, 'ended', whole(mail.now_ms))
    call('PEXPIRE', flow, 604800000)
  elseif state == 'open' and call('HDEL', flow, 'ended') == 1 then
    call('PERSIST', flow)
  end
end
