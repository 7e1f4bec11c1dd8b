--- limbs: the points of a level, as two numbers of one sign: points = high * 10^9 + low.

-- Numbers of Lua are exact up to 2^53 only; points have 64 bits.
local function limbs(level)
  local high, low = tonumber(string.sub(level, 2, 11)), tonumber(string.sub(level, 12, 20))
  if string.sub(level, 1, 1) == '1' then
    return -high, -low
  end
  return 9999999999 - high, 999999999 - low
end
