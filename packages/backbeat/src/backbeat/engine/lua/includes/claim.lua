--- claim: take up to `want` waiting jobs, in their order.
---
--- @key front   list
--- @key waiting list
--- @include claim_priority claim_list unhint

local function claim(queue, want)
  local got = {}
  claim_priority(queue, got, want, '(0')
  if queue.front and #got < want then
    claim_list(queue, front, got, want)
    if #got < want then
      unhint(queue, 'front')
    end
  end
  claim_list(queue, waiting, got, want)
  claim_priority(queue, got, want, '+inf')
  return got
end
