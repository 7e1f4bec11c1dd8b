--- verify_books: what is wrong with the numbers and notes of the queue; changes nothing.
---
--- @key jobs hash
--- @arg at_ms int the time, 0 for the server's
--- @return (what, noted, counted)*
--- @include read_queue sums_of hints_due is_dead_sound held_jobs due_unnoticed workers_astray whole
--- @include sentinels_lost

local queue, reply = read_queue(), {}
local function say(what, noted, counted)
  for _, word in ipairs({what, noted, counted}) do
    reply[#reply + 1] = word
  end
end
for _, sum in ipairs(sums_of()) do
  if sum[2] ~= sum[3] then
    say(sum[1], whole(sum[2]), whole(sum[3]))
  end
end
for _, name in ipairs(hints_due(queue)) do
  say('hint', '', name)
end
if not is_dead_sound() then
  say('dead groups', '', '')
end
if sentinels_lost(queue) then
  say('sentinel', '', '')
end
if due_unnoticed(queue) then
  say('next', '', '')
end
for _, worker in ipairs(workers_astray()) do
  say('worker', worker, '')
end
local bodies = math.max(call('HLEN', jobs) - call('HEXISTS', jobs, string.rep('~', 65)), 0)
if bodies ~= held_jobs() then
  say('total', whole(bodies), whole(held_jobs()))
end
return reply
