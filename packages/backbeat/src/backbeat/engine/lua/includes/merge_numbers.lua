--- merge_numbers: two rows of numbers by ',' as one: their sums, or the larger of each two.
---
--- @include whole

-- A zero is written as nothing: most buckets of most rows are empty.
local function merge_numbers(old, new, largest)
  local merged, rest = {}, string.gmatch((old or '') .. ',', '(%d*),')
  for part in string.gmatch(new .. ',', '(%d*),') do
    local before = rest()
    local a, b = tonumber(before or '') or 0, tonumber(part) or 0
    local value = largest and math.max(a, b) or a + b
    merged[#merged + 1] = value > 0 and whole(value) or ''
  end
  return table.concat(merged, ',')
end
