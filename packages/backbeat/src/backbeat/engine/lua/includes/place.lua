--- place: put jobs to where their heads say, behind their equals or (`at_head`) before them.
---
--- @key jobs hash
--- @include place_by_head line_up

local function place(queue, now_ms, ids, at_head)
  if not queue.special then
    line_up(queue, ids, at_head)
    return
  end
  -- By the hundred: records may be large, and all of them together too much to hold.
  local plain = {}
  for first = 1, #ids, 100 do
    local some = {unpack(ids, first, math.min(first + 99, #ids))}
    local records = call('HMGET', jobs, unpack(some))
    local ahead = at_head and first - 1 or nil
    for _, id in ipairs(place_by_head(queue, now_ms, some, records, ahead)) do
      plain[#plain + 1] = id
    end
  end
  line_up(queue, plain, at_head)
end
