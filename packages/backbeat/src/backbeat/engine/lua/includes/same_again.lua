--- same_again: the reply to a tick that was answered before; nothing is written.
---
--- @lazy a tick is rarely asked twice
--- @key active zset
--- @key jobs   hash
--- @key runs   hash
--- @field timekeeper worker:until:next
--- @include whole

-- Jobs that have ended or moved on in the meantime are left out.
local function same_again(queue, now_ms, worker, ticket, last)
  local keeper, following = string.match(queue.timekeeper or '', '^(%d+):%d+:(%d+)$')
  local wake_ms = tonumber(keeper) == worker and following or '0'
  local reply = {ticket, last.fence, wake_ms, whole(now_ms), last.lost}
  local ids = call('ZRANGE', active, ticket, ticket, 'BYSCORE')
  if #ids == 0 then
    reply[6] = queue.outboxes and 1 or nil
    return reply
  end
  local records = call('HMGET', jobs, unpack(ids))
  local ran = queue.runs and call('HMGET', runs, unpack(ids)) or {}
  for i, id in ipairs(ids) do
    reply[3 * i + 3], reply[3 * i + 4], reply[3 * i + 5] = id, records[i], ran[i] or ''
  end
  reply[#reply + 1] = queue.outboxes and 1 or nil
  return reply
end
