--- add_special: store new jobs and put them where their due time and head say.
---
--- @lazy most adds are plain
--- @key jobs hash
--- @include far moment watch_for_reply place_by_head line_up delay whole

-- Leaves out the indexes in `known`, which count on from `base`; those in `later` wait for the end
-- of another job. Answers whether the earliest due time of the queue came nearer.
local function add_special(queue, now_ms, special, base, known, later, added)
  local stored, timed, ids, records = {}, {}, {}, {}
  for i = 1, special.count do
    local row = special.at + 4 * i - 4
    local id, record = ARGV[row + 1], ARGV[row + 2]
    local due = later[base + i - 1] and far() or moment(now_ms, tonumber(ARGV[row + 3]))
    if not known[base + i - 1] then
      added[#added + 1] = id
      stored[#stored + 1] = id
      stored[#stored + 1] = record
      if due > now_ms then
        timed[#timed + 1] = whole(due)
        timed[#timed + 1] = id
      else
        ids[#ids + 1] = id
        records[#ids] = record
      end
    end
  end
  if #stored == 0 then
    return false
  end
  call('HSET', jobs, unpack(stored))
  watch_for_reply(queue, stored)
  line_up(queue, place_by_head(queue, now_ms, ids, records), false)
  return delay(queue, timed)
end
