--- slot_range: the scores that the jobs of a slot of `dead` have, for a range of scores.
---
--- @include whole

local function slot_range(slot)
  return whole(slot * 4398046511104), '(' .. whole((slot + 1) * 4398046511104)
end
