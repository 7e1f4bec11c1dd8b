--- end_jobs: end jobs that are in no place: keep or forget them, count them, tell who waits.
---
--- @key meta    hash
--- @key cancels hash
--- @include release_unique bound_of sort_by_rule keep forget drop_from notify emit
--- @include end_scheduled

-- `told` is id, result, id, result... for the jobs that have one; `rules` is id -> flags, or nil;
-- `headed` are those that may have a head, nil for all of them.
local function end_jobs(queue, now_ms, state, ids, told, rules, headed)
  if #ids == 0 then
    return
  end
  release_unique(queue, headed or ids, 'ended')
  local kept, dropped, kept_told = ids, {}, told
  if rules then
    local by_default = bound_of(queue, state) ~= 0
    kept, dropped, kept_told = sort_by_rule(queue, now_ms, state, ids, told, rules, by_default)
  elseif bound_of(queue, state) == 0 then
    kept, dropped = {}, ids
  end
  drop_from(queue, cancels, 'cancels', ids)
  end_scheduled(queue, now_ms, state, ids)
  keep(queue, now_ms, state, kept, kept_told)
  forget(queue, dropped, true)
  call('HINCRBY', meta, 'total_' .. state, #ids)
  notify(queue, state, ids, told, true)
  emit(queue, state, ids)
end
