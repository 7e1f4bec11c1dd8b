--- complete_done: end the jobs that a worker has done.
---
--- @include take_back settle

local function complete_done(queue, now_ms, done, with_result, heads, rules, lost)
  if done.count + with_result.count == 0 then
    return
  end
  local ids, _, headed = take_back(queue, done, heads, lost)
  local more, rows, others = take_back(queue, with_result, heads, lost)
  local told, n = {}, #ids
  for i = 1, #more do
    ids[n + i] = more[i]
    told[2 * i - 1] = more[i]
    told[2 * i] = ARGV[rows[i] + 3]
  end
  for i = 1, #others do
    headed[#headed + 1] = others[i]
  end
  settle(queue, now_ms, 'completed', ids, told, rules, headed)
end
