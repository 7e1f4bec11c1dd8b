--- whole: a whole number as text with all its digits.

-- Lua's own conversion keeps 14 digits; it would drop the cents of large amounts.
local function whole(number)
  return string.format('%.0f', number)
end
