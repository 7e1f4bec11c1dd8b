--- claim: take up to `want` waiting jobs, in their order; whether groups were left unseen.
---
--- @key front   list
--- @key waiting list
--- @include claim_priority claim_groups claim_list unhint

local function claim(queue, now_ms, want)
  local got = {}
  claim_priority(queue, got, want, '(0')
  local more = claim_groups(queue, now_ms, got, want)
  if queue.front and #got < want then
    claim_list(queue, front, got, want)
    if #got < want then
      unhint(queue, 'front')
    end
  end
  claim_list(queue, waiting, got, want)
  claim_priority(queue, got, want, '+inf')
  return got, more
end
