--- heads_of: the heads of jobs' records by id, false for plain ones; each is read once a call.
---
--- @key jobs hash

-- By the hundred: records may be large, and all of them together too much to hold. What is asked of
-- these heads never changes while a job is there: its group and its unique key.
local function heads_of(queue, ids)
  queue.heads = queue.heads or {}
  local heads, missing = queue.heads, {}
  for i = 1, #ids do
    if heads[ids[i]] == nil then
      missing[#missing + 1] = ids[i]
    end
  end
  for first = 1, #missing, 100 do
    local last = math.min(first + 99, #missing)
    local records = call('HMGET', jobs, unpack(missing, first, last))
    for i = first, last do
      local record = records[i - first + 1]
      if record then
        heads[missing[i]] = string.match(record, '^x[^\n]*') or false
      end
    end
  end
  return heads
end
