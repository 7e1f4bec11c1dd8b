--- run_of: the schedule and the run that a job's id names; nil for a job of no schedule.

-- A slot's run is its ms since 1970; what was run on request has '+' and a word after that.
local function run_of(id)
  return string.match(id, '^schedule:([^:]+):(.+)$')
end
