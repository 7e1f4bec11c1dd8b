--- ticket_range: the first and the last ticket that a worker can have.
---
--- @include whole

-- A ticket is the worker's number times 2^32 plus the number of its tick: below 2^53 while workers
-- are numbered below 2^21.
local function ticket_range(worker)
  return whole(worker * 4294967296), whole(worker * 4294967296 + 4294967295)
end
