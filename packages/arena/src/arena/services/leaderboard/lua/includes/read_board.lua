--- read_board: what is known of the board, nil where there is none.
---
--- @key board hash version, sequence, ranking, most, remembered, closed, rebuilt

local function read_board()
  local found = call('HMGET', board, 'version', 'sequence', 'ranking', 'most', 'remembered',
    'closed')
  if not found[1] then
    return nil
  end
  return {
    version = tonumber(found[1]), sequence = tonumber(found[2]), ranking = found[3],
    dense = found[3] == 'dense', most = tonumber(found[4]), remembered = tonumber(found[5]),
    closed = found[6] == '1',
  }
end
