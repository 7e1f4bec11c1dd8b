--- sampled: what so many sizes sum up to; of more than 50 an even sample is looked at.

-- A script may not take long for a job that has a thousand lines, or ten thousand children.
local function sampled(count, size_at)
  local looked, sum = math.min(count, 50), 0
  for i = 1, looked do
    sum = sum + size_at(math.ceil(i * count / looked))
  end
  return looked > 0 and math.floor(sum * count / looked + 0.5) or 0
end
