--- faults_of: what is wrong with one job, in words.
---
--- @key active zset
--- @key failed zset
--- @key leases zset
--- @dynamic group_stats hash, group -> active:waiting:turn:stand:awaited; `*` -> turns
--- @include is_final whole

-- `searched`: the lists were searched for it.
local function faults_of(job, searched)
  local found, place, beside = {}, job.places[1], job.beside
  local function say(wrong, words)
    if wrong then
      found[#found + 1] = words
    end
  end
  local held = #job.places + job.entries
  say(searched and job.missing > 0, 'no entry')
  if not job.record then
    say(held > 0 or next(beside), 'no record')
    return found
  end
  say(held == 0, 'no place')
  say(held > 1, 'two places')
  local ticket = call('ZSCORE', active, job.id)
  local worker = ticket and whole(math.floor(tonumber(ticket) / 4294967296))
  say(worker and not call('ZSCORE', leases, worker), 'no lease')
  local ended = place and is_final(place)
  say(held > 0 and not ended and (beside.results or beside.kept_sizes or beside.expiring)
    or beside.cancels and place ~= 'active' or beside.watchers and ended, 'leftover')
  local at = call('ZSCORE', failed, job.id) or nil
  local grouped = beside.dead and whole(tonumber(beside.dead) % 4398046511104)
  say(held > 0 and at ~= grouped, 'dead index')
  local counts = job.group ~= '' and (place == 'active' or place == 'group:' .. job.group)
  say(counts and call('HEXISTS', prefix .. 'group_stats', job.group) == 0, 'no group')
  return found
end
