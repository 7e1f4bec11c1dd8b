--- ids_of: the ids of both parts of an add, and how each may replace a kept job of its id.

-- Answers nothing where a due time is not a number.
local function ids_of(plain, special)
  local ids, replace = {}, {}
  for i = 1, plain.count do
    ids[i] = ARGV[plain.at + 2 * i - 1]
  end
  for i = 1, special.count do
    local row = special.at + 4 * i - 4
    ids[plain.count + i] = ARGV[row + 1]
    replace[plain.count + i] = ARGV[row + 4]
    if not tonumber(ARGV[row + 3]) then
      return nil
    end
  end
  return ids, replace
end
