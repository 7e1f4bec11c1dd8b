--- oldest_wait: ms that the job has waited that is next; 0 where none waits.
---
--- @key jobs hash
--- @include page_of_waiting

-- The youngest of the first ten: one that was delayed, or comes again, is older than its wait.
local function oldest_wait(queue, now_ms)
  local page = {ids = {}, scores = {}, marks = {}, limit = 10}
  page_of_waiting(queue, page, 'a')
  local youngest
  for _, record in ipairs(#page.ids > 0 and call('HMGET', jobs, unpack(page.ids)) or {}) do
    local plain = record and string.match(record, '^0%["[^"]*",(%d+)')
    local made = tonumber(plain or string.match(record or '', '^x[^\n]*\n%["[^"]*",(%d+)'))
    if made and (not youngest or made > youngest) then
      youngest = made
    end
  end
  return youngest and math.max(now_ms - youngest, 0) or 0
end
