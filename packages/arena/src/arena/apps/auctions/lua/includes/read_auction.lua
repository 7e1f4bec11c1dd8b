--- read_auction: an auction as a table, its numbers as numbers; nil where there is none.
---
--- @dynamic auction:<id> hash terms and state

local numbers = {
  'start_at_ms', 'starting_price', 'reserve_price', 'buy_now_price', 'pace_ms', 'window_ms',
  'extend_ms', 'max_extensions', 'hard_end_ms',
  'price', 'leader_max', 'bid_count', 'seq', 'end_at_ms', 'extensions',
}

-- A term that is not set is '' in the store and nil here. Names stay text, also those of digits.
local function read_auction(id)
  local flat = call('HGETALL', prefix .. 'auction:' .. id)
  if #flat == 0 then
    return nil
  end
  local auction = {id = id}
  for place = 1, #flat, 2 do
    auction[flat[place]] = flat[place + 1]
  end
  for _, name in ipairs(numbers) do
    auction[name] = tonumber(auction[name])
  end
  return auction
end
