--- receive: do what messages of another queue say, each once.
---
--- @dynamic inbox hash queue -> number of its last message that was received
--- @arg at_ms  int the time, 0 for the server's
--- @arg source str the queue that sent them
--- @arg after  str number of the message before the first of these
--- @rest tail n, (number, kind, id, args, data)*, at most 500
--- @return number of the last message received, 1 if there are messages to others to be brought
--- @code BB_BAD_CALL the messages do not add up
--- @include now whole refuse read_queue sections even_when_full open_mail work_off

-- A number that was seen is passed over. Where the last one received is lower than `after`, this
-- queue has forgotten some in a failover: nothing is done, and the relay begins again from there.
local now_ms = now(at_ms)
local parts = sections(tail, 5)
if not parts then
  return refuse('BB_BAD_CALL', 'the messages do not add up')
end
local inbox = prefix .. 'inbox'
local last = tonumber(call('HGET', inbox, source)) or 0
local queue = read_queue()
if last >= tonumber(after) and parts[1].count > 0 then
  even_when_full()
  local mail = open_mail(now_ms, true)
  for at = parts[1].at + 1, #ARGV, 5 do
    local number = tonumber(ARGV[at])
    if number > last then
      mail[#mail + 1] = {unpack(ARGV, at + 1, at + 4)}
      last = number
    end
  end
  if #mail > 0 then
    call('HSET', inbox, source, whole(last))
    work_off(queue, mail)
  end
end
return {whole(last), queue.outboxes and 1 or 0}
