--- place: put jobs to where their heads say, behind their equals or (`at_head`) before them.
---
--- @key jobs hash
--- @include place_by_head line_up

local function place(queue, now_ms, ids, at_head)
  local in_turn, count = ids, #ids
  if at_head then
    -- Each goes before the one that was placed before it: so the first of them comes last.
    in_turn = {}
    for i = 1, count do
      in_turn[i] = ids[count + 1 - i]
    end
  end
  if not queue.special then
    line_up(queue, in_turn, at_head)
    return
  end
  -- By the hundred: records may be large, and all of them together too much to hold.
  local plain = {}
  for first = 1, count, 100 do
    local some = {unpack(in_turn, first, math.min(first + 99, count))}
    local records = call('HMGET', jobs, unpack(some))
    for _, id in ipairs(place_by_head(queue, now_ms, some, records, at_head)) do
      plain[#plain + 1] = id
    end
  end
  line_up(queue, plain, at_head)
end
