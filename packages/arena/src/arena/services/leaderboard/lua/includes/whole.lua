--- whole: a whole number as text with all its digits.

-- Lua's own conversion keeps 14 digits; versions have 16.
local function whole(number)
  return string.format('%.0f', number)
end
