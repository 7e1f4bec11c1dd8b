--- put: write an entry, '' to take it away; old is what it was, or false.

-- All scores are 0: the set is in the order of its members, which begin with level and tie-break.
local function put(area, id, old, new, is_dense)
  if old then
    local level = string.sub(old, 1, 20)
    call('ZREM', area.order, string.sub(old, 1, 36) .. id)
    if is_dense and #call('ZRANGE', area.order, '[' .. level, '(' .. level .. ':', 'BYLEX',
      'LIMIT', 0, 1) == 0 then
      call('ZREM', area.levels, level)
    end
  end
  if new == '' then
    call('HDEL', area.entries, id)
    return
  end
  call('HSET', area.entries, id, new)
  call('ZADD', area.order, 0, string.sub(new, 1, 36) .. id)
  if is_dense then
    call('ZADD', area.levels, 0, string.sub(new, 1, 20))
  end
end
