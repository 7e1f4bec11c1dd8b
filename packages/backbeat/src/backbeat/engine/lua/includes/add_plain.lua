--- add_plain: store new plain jobs and put them into the list, without the indexes in `known`.
---
--- @key jobs hash
--- @include line_up

local function add_plain(queue, plain, known, added)
  local stored, ids = {}, {}
  for i = 1, plain.count do
    if not known[i - 1] then
      ids[#ids + 1] = ARGV[plain.at + 2 * i - 1]
      stored[2 * #ids - 1] = ids[#ids]
      stored[2 * #ids] = ARGV[plain.at + 2 * i]
      added[#added + 1] = ids[#ids]
    end
  end
  if #ids > 0 then
    call('HSET', jobs, unpack(stored))
    line_up(queue, ids, false)
  end
end
