--- verify_jobs: what is wrong with these jobs; changes nothing.
---
--- @arg at_ms   int the time, 0 for the server's
--- @arg entries int how many entries each has in the lists; below 0: search them, which is slow
--- @arg group   str the line in which they were met, or ''
--- @rest tail ids, at most 200
--- @return (id, what)*
--- @code BB_BAD_CALL too many ids
--- @include refuse unique_ids facts_of faults_of

local ids, reply = unique_ids(tail), {}
if not ids or #ids > 200 then
  return refuse('BB_BAD_CALL', 'takes at most 200 ids')
end
for i = 1, #ids do
  for _, words in ipairs(faults_of(facts_of(ids[i], group, entries), entries < 0)) do
    reply[#reply + 1] = ids[i]
    reply[#reply + 1] = words
  end
end
return reply
