--- unique_ids: the ids in a variable tail, each once; nil for more than 500.

local function unique_ids(at)
  local ids, seen = {}, {}
  if #ARGV - at > 500 then
    return nil
  end
  for i = at + 1, #ARGV do
    if not seen[ARGV[i]] then
      seen[ARGV[i]] = true
      ids[#ids + 1] = ARGV[i]
    end
  end
  return ids
end
