--- starts_left: how many jobs the rate of a group lets start; at none, when it lets more, in ms.

local function starts_left(line)
  local left = line.rules.starts
  for _, entry in ipairs(line.starts) do
    left = left - entry.count
  end
  return math.max(left, 0), left <= 0 and line.starts[1].at + line.rules.ms
end
