--- parent_of: what is known of a job that has children, nil for any other.
---
--- @dynamic parents hash id -> open|good|bad|all|rule|due|walk|reply|letter|flow

-- `rule` is how many children must succeed: empty for all, `n` and a number, `s` and millionths.
-- `walk` is whether its children can be undone: `-`, are being undone: 1, or have been: 0; `reply`
-- is who waits for that. `letter` is the rule of a child that ended badly while the job itself ran.
-- `flow` is home!flow.
local function parent_of(id)
  local text = call('HGET', prefix .. 'parents', id)
  if not text then
    return nil
  end
  local open, good, bad, all, rule, due, walk, reply, letter, flow = string.match(text,
    '^(%d+)|(%d+)|(%d+)|(%d+)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|(.*)$')
  return {
    open = tonumber(open), good = tonumber(good), bad = tonumber(bad), all = tonumber(all),
    rule = rule, due = due, walk = walk, reply = reply, letter = letter,
    flow = flow,
  }
end
