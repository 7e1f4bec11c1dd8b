--- page_of_zset: add jobs of a zset to a page, from where the last page ended.

-- Scores lie from `low` to below `high`. The cursor is a score and an id: the id's rank is where to
-- go on, or, if it is gone, the first of the same score. So none that stays is left out.
local function page_of_zset(page, key, stage, low, high, newest_first, score, id)
  local start
  local rank = id and call(newest_first and 'ZREVRANK' or 'ZRANK', key, id)
  if rank and call('ZSCORE', key, id) == score then
    start = rank + 1
  elseif score then
    start = newest_first and call('ZCOUNT', key, '(' .. score, '+inf')
      or call('ZCOUNT', key, '-inf', '(' .. score)
  else
    start = newest_first and (high == '+inf' and 0 or call('ZCOUNT', key, high, '+inf'))
      or call('ZCOUNT', key, '-inf', '(' .. low)
  end
  local stop = start + page.limit - #page.ids - 1
  if stop < start then
    return
  end
  local found = newest_first and call('ZRANGE', key, start, stop, 'REV', 'WITHSCORES')
    or call('ZRANGE', key, start, stop, 'WITHSCORES')
  for i = 1, #found, 2 do
    local at = tonumber(found[i + 1])
    local below = high == '+inf' or at < tonumber(high)
    if below and (low == '-inf' or at >= tonumber(low)) then
      local n = #page.ids + 1
      page.ids[n], page.scores[n] = found[i], found[i + 1]
      page.marks[n] = stage .. '|' .. found[i + 1] .. '|' .. found[i]
    end
  end
end
