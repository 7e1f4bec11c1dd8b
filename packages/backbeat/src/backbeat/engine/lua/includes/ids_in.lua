--- ids_in: the ids of a section that has nothing else, as a set.

local function ids_in(section)
  local set = {}
  for i = section.at + 1, section.at + section.count do
    set[ARGV[i]] = true
  end
  return set
end
