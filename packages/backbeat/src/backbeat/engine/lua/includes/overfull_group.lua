--- overfull_group: a group that would hold more waiting jobs than it may after an add, or nil.
---
--- @when queue.rules
--- @include moment head_of group_lines

-- Looks at special jobs only, without the indexes in `known`, which count on from `base`.
local function overfull_group(queue, now_ms, special, base, known)
  local counts, names = {}, {}
  for i = 1, special.count do
    local row = special.at + 4 * i - 4
    local _, _, _, group = head_of(ARGV[row + 2])
    local waits = moment(now_ms, tonumber(ARGV[row + 3])) <= now_ms
    if group ~= '' and waits and not known[base + i - 1] then
      if not counts[group] then
        names[#names + 1] = group
      end
      counts[group] = (counts[group] or 0) + 1
    end
  end
  local lines = #names > 0 and group_lines(queue, names)
  for _, name in ipairs(names) do
    local most = lines[name].rules.most
    if most > 0 and lines[name].waiting + counts[name] > most then
      return name
    end
  end
  return nil
end
