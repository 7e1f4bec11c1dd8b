--- far: the due time of a job that waits for another one and not for a time: the year 9999.

local function far()
  return 253370764800000
end
