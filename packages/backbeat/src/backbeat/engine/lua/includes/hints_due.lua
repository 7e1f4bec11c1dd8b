--- hints_due: hints that have to stand and do not.
---
--- @key jobs     hash
--- @key runs     hash
--- @key history  hash
--- @key progress hash
--- @key cancels  hash
--- @key watchers hash
--- @key gone     hash
--- @key expiring zset
--- @key draining zset
--- @key front    list
--- @key priority zset
--- @field created ms, when the queue was first used
--- @dynamic unique      hash
--- @dynamic group_stats hash
--- @dynamic group_rules hash
--- @dynamic starts      hash
--- @dynamic schedule_due zset
--- @dynamic dead        zset
--- @dynamic parents     hash
--- @dynamic dependents  hash

-- Records with a head and logs cannot be seen at a glance: where `meta` itself was lost, they may
-- be there.
local function hints_due(queue)
  local due = {}
  local function check(name, key)
    if not queue[name] and call('EXISTS', key) == 1 then
      due[#due + 1] = name
    end
  end
  check('runs', runs)
  check('history', history)
  check('progress', progress)
  check('cancels', cancels)
  check('watchers', watchers)
  check('gone', gone)
  check('expiring', expiring)
  check('draining', draining)
  check('front', front)
  check('priority', priority)
  if not queue.unique and call('EXISTS', prefix .. 'unique') == 1 then
    due[#due + 1] = 'unique'
    due[#due + 1] = 'lasting'
  end
  check('groups', prefix .. 'group_stats')
  check('rules', prefix .. 'group_rules')
  check('starts', prefix .. 'starts')
  check('schedules', prefix .. 'schedule_due')
  check('dead', prefix .. 'dead')
  check('parents', prefix .. 'parents')
  check('dependents', prefix .. 'dependents')
  if not queue.flows and call('EXISTS', prefix .. 'parents', prefix .. 'dependents') > 0 then
    due[#due + 1] = 'flows'
  end
  if not queue.created and call('EXISTS', jobs) == 1 then
    due[#due + 1] = not queue.special and 'special' or nil
    due[#due + 1] = not queue.logs and 'logs' or nil
  end
  return due
end
