--- report_rows: the rows of a report, where each begins; nil if they do not add up.

local function report_rows(at)
  local rows, ids = {}, {}
  local count = tonumber(ARGV[at + 1])
  at = at + 1
  for i = 1, count or 0 do
    local lines = tonumber(ARGV[at + 4])
    if not lines then
      return nil
    end
    rows[i] = {at = at, lines = lines}
    ids[i] = ARGV[at + 1]
    at = at + 4 + lines
  end
  if not count or count < 1 or count > 1000 or at ~= #ARGV then
    return nil
  end
  return rows, ids
end
