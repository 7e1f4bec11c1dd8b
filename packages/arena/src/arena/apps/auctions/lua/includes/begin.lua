--- begin: let an auction be active if its start has come; whether it became so.
---
--- @include emit

-- Its first bid begins it as well: that a job is late shall keep nobody from bidding.
local function begin(auction, now_ms)
  if auction.status ~= 'scheduled' or now_ms < auction.start_at_ms then
    return false
  end
  auction.status = 'active'
  emit(auction, now_ms, 'started')
  return true
end
