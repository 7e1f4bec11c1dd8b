--- ended_in: the key that holds the kept jobs of a final state.
---
--- @key completed zset
--- @key failed    zset
--- @key cancelled zset

local function ended_in(state)
  if state == 'completed' then
    return completed
  end
  return state == 'failed' and failed or cancelled
end
