--- mend_each: put each of these right, again and again until nothing is wrong: (name, what was)*.

-- Behind one fault there may be another, but not without end: what is wrong for the tenth time is
-- left to the next look, since a script that runs on holds up the whole server.
local function mend_each(names, mend)
  local done = {}
  for _, name in ipairs(names) do
    for _ = 1, 10 do
      local fault = mend(name)
      if not fault then
        break
      end
      done[#done + 1] = name
      done[#done + 1] = fault
    end
  end
  return done
end
