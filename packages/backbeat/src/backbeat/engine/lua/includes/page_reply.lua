--- page_reply: the reply to a page: the next cursor, then id, record and score of each job.
---
--- @key jobs hash

-- Stops at 4 MiB, and the cursor with it.
local function page_reply(page, cursor)
  local reply, bytes = {cursor}, 0
  for first = 1, #page.ids, 20 do
    local last = math.min(first + 19, #page.ids)
    local records = call('HMGET', jobs, unpack(page.ids, first, last))
    for i = first, last do
      local record = records[i - first + 1]
      if record then
        bytes = bytes + #record
        reply[#reply + 1] = page.ids[i]
        reply[#reply + 1] = record
        reply[#reply + 1] = page.scores[i]
      end
    end
    if bytes >= 4194304 and last < #page.ids then
      reply[1] = page.marks[last]
      return reply
    end
  end
  return reply
end
