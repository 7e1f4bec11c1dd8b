--- is_final: whether jobs in a place have ended.

local function is_final(place)
  return place == 'completed' or place == 'failed' or place == 'cancelled'
end
