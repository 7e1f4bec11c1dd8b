--- fingerprint_of: what a failure has in common with others of its kind.
---
--- @key jobs hash
--- @include name_of

-- Workers make it where they see the error. Where a script ends a job in a worker's place, the
-- error and the handler are all that is known.
local function fingerprint_of(id, result)
  local made = string.match(result or '', '^{"fingerprint":"(%x+)"')
  if made then
    return made
  end
  local failure = string.match(result or '', '"error":"([%w._-]+)"') or 'unknown'
  return failure .. ':' .. name_of(call('HGET', jobs, id))
end
