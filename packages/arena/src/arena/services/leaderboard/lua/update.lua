--- update: change entries, all of them or none, once for each update.
---
--- @key entries hash id -> level, tie-break, revision
--- @key order   zset level, tie-break, id; every score is 0
--- @key levels  zset level: each that somebody has; only where the ranking is dense
--- @key rebuild string token of the rebuild that goes on
--- @key log     list update, op, id, level, tie-break, revision: what came during the rebuild
--- @arg update   str an id of the caller's: the same one is answered the same
--- @arg most_log int entries of the log, at most; then the rebuild is given up
--- @rest changes (op, id, level, tie-break, revision)*: set, add, best, remove; each id once
--- @return 'done', version, how many changed, 1: it was made before | 'missing' | 'closed'
---   | 'full', most | 'overflow', id
--- @include whole read_board next_version recall remember decide put

local known = read_board()
if not known then
  return {'missing'}
end
local version, changed = recall(update, known)
if version then
  return {'done', version, tonumber(changed), 1}
end
if known.closed then
  return {'closed'}
end

local live = {entries = entries, order = order, levels = levels}
local is_rebuilt = call('EXISTS', rebuild) == 1
local plan, added, count = {}, 0, 0
for i = changes + 1, #ARGV, 5 do
  count = count + 1
  local change = {op = ARGV[i], id = ARGV[i + 1], level = ARGV[i + 2], tie = ARGV[i + 3],
    revision = ARGV[i + 4]}
  if change.tie == '' then
    change.tie = string.format('%016.0f', known.sequence + count)
  end
  change.old = call('HGET', entries, change.id)
  change.new = decide(change, change.old)
  if not change.new then
    return {'overflow', change.id}
  end
  added = added + (change.new ~= '' and 1 or 0) - (change.old and 1 or 0)
  plan[count] = change
end
if added > 0 and call('HLEN', entries) + added > known.most then
  return {'full', known.most}
end

changed = 0
for _, change in ipairs(plan) do
  if change.new ~= (change.old or '') then
    changed = changed + 1
    put(live, change.id, change.old, change.new, known.dense)
  end
  if is_rebuilt then
    call('RPUSH', log, update, change.op, change.id, change.level, change.tie, change.revision)
  end
end
if is_rebuilt and call('LLEN', log) > most_log * 6 then
  call('UNLINK', rebuild, log)
end
call('HSET', board, 'sequence', whole(known.sequence + count))
version = changed > 0 and next_version(known) or whole(known.version)
remember(update, version, changed, known)
return {'done', version, changed, 0}
