--- page_reply: the reply to a page: the next cursor, then id, record, score and run of each job.
---
--- @key jobs hash
--- @key runs hash

-- Stops at 4 MiB, and the cursor with it. Runs are read where the page asks for them.
local function page_reply(page, cursor)
  local reply, bytes = {cursor}, 0
  for first = 1, #page.ids, 20 do
    local last = math.min(first + 19, #page.ids)
    local records = call('HMGET', jobs, unpack(page.ids, first, last))
    local said = page.runs and call('HMGET', runs, unpack(page.ids, first, last)) or {}
    for i = first, last do
      local record = records[i - first + 1]
      if record then
        bytes = bytes + #record
        reply[#reply + 1] = page.ids[i]
        reply[#reply + 1] = record
        reply[#reply + 1] = page.scores[i]
        reply[#reply + 1] = said[i - first + 1] or ''
      end
    end
    if bytes >= 4194304 and last < #page.ids then
      reply[1] = page.marks[last]
      return reply
    end
  end
  return reply
end
