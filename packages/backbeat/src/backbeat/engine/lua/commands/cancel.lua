--- cancel: end a job on request: at once, or through its worker if it is active.
---
--- @key active  zset
--- @key cancels hash id -> reason
--- @dynamic mailbox:<worker> list, commands for one worker
--- @arg at_ms  int the time, 0 for the server's
--- @arg sid    str the session that calls
--- @arg number int the number of its call
--- @arg id     str the job
--- @arg reason str JSON
--- @return cancelled | flagged: its worker is told | ended: too late | unknown
--- @include now replay answer read_queue whereis is_final even_when_full open_hash unplace settle
--- @include update_groups wake_for_work

local now_ms = now(at_ms)
local before = replay(sid, number, now_ms)
if before then
  return before
end
local queue = read_queue()
local places = whereis(queue, {id})
local place = places[id]
if not place or is_final(place) then
  return answer(sid, number, now_ms, place and 'ended' or 'unknown')
end

even_when_full()
if place ~= 'active' then
  unplace(queue, {id}, places)
  settle(queue, now_ms, 'cancelled', {id}, {id, reason})
  if queue.tally then
    update_groups(queue)
    wake_for_work(queue)
  end
  return answer(sid, number, now_ms, 'cancelled')
end
open_hash(queue, cancels, 'cancels')
call('HSET', cancels, id, reason)
-- The letter is faster, the flag is sure: it is told again at every renewal.
local ticket = call('ZSCORE', active, id)
local worker = math.floor(tonumber(ticket) / 4294967296)
local mailbox = prefix .. 'mailbox:' .. worker
call('RPUSH', mailbox, 'cancel|' .. id .. '|' .. ticket .. '|' .. reason)
call('PEXPIRE', mailbox, 3600000)
return answer(sid, number, now_ms, 'flagged')
