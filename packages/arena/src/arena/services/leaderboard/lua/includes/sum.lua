--- sum: the level of two levels' points together; nil beyond 64 bits.
---
--- @include limbs

local function sum(one, other)
  local high, low = limbs(one)
  local more_high, more_low = limbs(other)
  high, low = high + more_high, low + more_low
  if math.abs(low) >= 1e9 then
    local carry = low > 0 and 1 or -1
    high, low = high + carry, low - carry * 1e9
  end
  if high * low < 0 then
    local borrow = high > 0 and 1 or -1
    high, low = high - borrow, low + borrow * 1e9
  end
  local is_negative = high < 0 or low < 0
  high, low = math.abs(high), math.abs(low)
  if high > 9223372036 or (high == 9223372036 and low > 854775807) then
    return nil
  end
  if is_negative then
    return string.format('1%010.0f%09.0f', high, low)
  end
  return string.format('0%010.0f%09.0f', 9999999999 - high, 999999999 - low)
end
