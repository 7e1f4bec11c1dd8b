--- placed_at: the sequence number of a job in `priority` of a queue with ageing, by its score.

-- Those that were put back are known by their scores, see `rank_ageing`: a number is below 2.6e14
-- until the year 2090, and no score that `rank` gave before the queue had ageing lies there.
local function placed_at(score, head_start)
  local put_back = -4000000000000000 - score
  if put_back > 0 and put_back < 260000000000000 then
    return put_back
  end
  return score + head_start
end
