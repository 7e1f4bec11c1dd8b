--- rules_of: what jobs say about keeping them, id -> flags; nil if none does.

local function rules_of(section)
  if section.count == 0 then
    return nil
  end
  local rules = {}
  for i = 1, section.count do
    rules[ARGV[section.at + 2 * i - 1]] = ARGV[section.at + 2 * i]
  end
  return rules
end
