--- final_code: a final state as a digit.

local function final_code(state)
  if state == 'completed' then return 0 end
  return state == 'failed' and 1 or 2
end
