--- new_parent: a job that has no children yet.

local function new_parent(rule, due, flow)
  return {
    open = 0, good = 0, bad = 0, all = 0, rule = rule, due = due, walk = '', reply = '',
    letter = '', flow = flow,
  }
end
