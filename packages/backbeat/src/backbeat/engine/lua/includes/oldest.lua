--- oldest: the oldest kept jobs of a state without an age of their own, at most `most`.
---
--- @key meta     hash
--- @key expiring zset
--- @include ended_in

-- Those that ended after `newest` are left out. Jobs with an age of their own stay where they are
-- while others go, so that in time they are all there is at the old end: `passed_<state>` is how
-- far that goes, so that nobody looks at them twice. Five pages of them a call.
local function oldest(queue, state, newest, most)
  local kept = ended_in(state)
  if not queue.expiring then
    return call('ZRANGE', kept, '-inf', newest, 'BYSCORE', 'LIMIT', 0, most)
  end
  local before = call('HGET', meta, 'passed_' .. state) or '-inf'
  local passed, ids = before, {}
  for page = 0, 4 do
    local found = call('ZRANGE', kept, before, newest, 'BYSCORE', 'LIMIT', page * 500, 500)
    local own = #found > 0 and call('ZMSCORE', expiring, unpack(found)) or {}
    local last
    for i = 1, #found do
      if not own[i] and #ids < most then
        ids[#ids + 1] = found[i]
      elseif #ids == 0 then
        last = found[i]
      end
    end
    passed = last and call('ZSCORE', kept, last) or passed
    if #ids > 0 or #found < 500 then
      break
    end
  end
  if passed ~= before then
    call('HSET', meta, 'passed_' .. state, passed)
  end
  return ids
end
