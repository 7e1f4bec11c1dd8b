--- refuse: an error reply that begins with a code and the queue.
---
--- @key meta hash names the queue, by its hash tag

local function refuse(code, sentence)
  return redis.error_reply(code .. ' ' .. string.match(meta, '{(.*)}') .. ' ' .. sentence)
end
