--- complete_done: end the jobs that a worker has done.
---
--- @include take_back settle

local function complete_done(queue, now_ms, done, with_result, rules, lost)
  if done.count + with_result.count == 0 then
    return
  end
  local ids = take_back(queue, done, lost)
  local more, rows = take_back(queue, with_result, lost)
  local told, n = {}, #ids
  for i = 1, #more do
    ids[n + i] = more[i]
    told[2 * i - 1] = more[i]
    told[2 * i] = ARGV[rows[i] + 3]
  end
  settle(queue, now_ms, 'completed', ids, told, rules)
end
