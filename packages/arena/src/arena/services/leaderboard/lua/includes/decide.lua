--- decide: what an entry is after a change: '' gone, nil where its points would pass 64 bits.
---
--- @include sum

-- An entry is its level (20 digits), its tie-break (16) and its revision (0 to 16).
local function decide(change, old)
  if change.op == 'remove' then
    return ''
  end
  local held = old and string.sub(old, 1, 20)
  local revision = old and string.sub(old, 37) or ''
  local level = change.level
  if change.op == 'add' and old then
    level = sum(held, level)
    if not level then
      return nil
    end
  elseif change.op == 'best' and old and held < level then
    return old
  elseif change.revision ~= '' then
    if revision ~= '' and tonumber(change.revision) <= tonumber(revision) then
      return old
    end
    revision = change.revision
  end
  local tie = change.tie
  if level == held and string.sub(old, 21, 36) < tie then
    -- Who has these points already has reached them before.
    tie = string.sub(old, 21, 36)
  end
  return level .. tie .. revision
end
