--- append_history: add a line about an ended attempt; the oldest lines go beyond 16 KiB.
---
--- @key history hash id -> NDJSON
--- @include open_hash

local function append_history(queue, id, line)
  if line == '' then
    return
  end
  open_hash(queue, history, 'history')
  local lines = (call('HGET', history, id) or '') .. line
  while #lines > 16384 do
    local cut = string.find(lines, '\n', 1, true)
    if not cut or cut == #lines then
      break
    end
    lines = string.sub(lines, cut + 1)
  end
  call('HSET', history, id, lines)
end
