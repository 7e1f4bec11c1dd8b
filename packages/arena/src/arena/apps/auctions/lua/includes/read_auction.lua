--- read_auction: an auction as a table, its numbers as numbers; nil where there is none.
---
--- @dynamic auction:<id> hash terms and state

local numbers = {
  'start_at_ms', 'starting_price', 'reserve_price', 'buy_now_price', 'pace_ms', 'window_ms',
  'extend_ms', 'max_extensions', 'hard_end_ms',
  'price', 'leader_max', 'bid_count', 'seq', 'end_at_ms', 'extensions',
}
local texts = {
  'status', 'seller', 'tiers', 'proxy', 'mode', 'currency', 'deposit', 'outcome', 'leader',
}

-- A term that is not set is '' in the store and nil here. Names stay text, also those of digits.
local function read_auction(id)
  local key = prefix .. 'auction:' .. id
  local words = call('HMGET', key, unpack(texts))
  if not words[1] then
    return nil
  end
  local auction = {id = id}
  for place, name in ipairs(texts) do
    auction[name] = words[place]
  end
  for place, value in ipairs(call('HMGET', key, unpack(numbers))) do
    auction[numbers[place]] = tonumber(value)
  end
  return auction
end
