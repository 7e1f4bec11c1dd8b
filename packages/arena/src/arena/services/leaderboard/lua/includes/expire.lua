--- expire: let everything of the board end after a time.
---
--- @key board       hash
--- @key entries     hash
--- @key order       zset
--- @key levels      zset
--- @key seen        hash
--- @key seen_before hash
--- @key seen_rows   hash

local function expire(for_ms)
  for _, key in ipairs({board, entries, order, levels, seen, seen_before, seen_rows}) do
    call('PEXPIRE', key, for_ms)
  end
end
