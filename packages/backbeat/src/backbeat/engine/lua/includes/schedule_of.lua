--- schedule_of: what is known of a schedule besides its record; nil for an unknown one.
---
--- @dynamic schedule_states hash name -> revision|slot|paused|overlap|limit|fired|passed|live|line

-- `slot` is the next one, '' for none; `passed` the last that was dealt with; `live` names the runs
-- that have not ended, where overlaps matter; `line` those of them that are parked behind another.
-- A state that cannot be read, left by a foreign hand, is none: it must not end the script midway.
local function schedule_of(name)
  local state = call('HGET', prefix .. 'schedule_states', name)
  local revision, slot, paused, overlap, limit, fired, passed, live, line = string.match(
    state or '', '^(%d+)|(%d*)|(%d)|(%a+)|(%d+)|(%d+)|(%d*)|([^|]*)|([^|]*)$')
  if not revision then
    return nil
  end
  local function list(text)
    local runs = {}
    for run in string.gmatch(text, '[^,]+') do
      runs[#runs + 1] = run
    end
    return runs
  end
  return {
    revision = tonumber(revision), slot = slot, paused = paused == '1', overlap = overlap,
    limit = tonumber(limit), fired = tonumber(fired), passed = passed,
    live = list(live), line = list(line),
  }
end
