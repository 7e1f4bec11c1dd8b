--- only_once: the first of each id and its row; the others are lost.

local function only_once(ids, rows, lost)
  local once, once_rows, seen = {}, {}, {}
  for i = 1, #ids do
    if seen[ids[i]] then
      lost[#lost + 1] = ids[i]
    else
      seen[ids[i]] = true
      once[#once + 1] = ids[i]
      once_rows[#once] = rows[i]
    end
  end
  return once, once_rows
end
